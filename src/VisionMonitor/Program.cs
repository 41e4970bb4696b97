Console.WriteLine("visionmonitor");
