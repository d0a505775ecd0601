using Hybrid.Cli;

StandardOutput.Install();

// answered before anything else is loaded: this is what scripts ask for to see whether the command is there
return args is ["--version"]
    ? CommandLine.Guard("", () =>
    {
        Console.Out.WriteLine(About.Version);
        return ExitCode.Done;
    })
    : CommandLine.Run(args);
