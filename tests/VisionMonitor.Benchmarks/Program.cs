// Figures for the README are measured here, by CPU time, and printed as a table; nothing here is a test.
Console.WriteLine("usage: VisionMonitor.Benchmarks <name>");
