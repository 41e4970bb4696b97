using VisionMonitor.Commands;

return await CommandLine.RunAsync(args);
