using Hybrid.Cli;

// answered before anything else is loaded: this is what scripts ask for to see whether the command is there
if (args is ["--version"])
{
    Console.WriteLine(About.Version);
    return ExitCode.Done;
}

return CommandLine.Run(args);
