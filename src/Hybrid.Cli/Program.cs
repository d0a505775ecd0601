using Hybrid.Cli;

StandardOutput.Install();

// handled before anything else is loaded: scripts use it to check that the command exists
return args is ["--version"]
    ? CommandLine.Guard("", () =>
    {
        Console.Out.WriteLine(About.Version);
        return ExitCode.Done;
    })
    : CommandLine.Run(args);
