using System.CommandLine;
using BenchmarkDotNet.Running;
using Hybrid;
using Hybrid.Benchmarks;

if (args is ["kernels", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(rest.Length == 0 ? ["--filter", "*"] : rest);
    return 0;
}

if (args is [FirstUse.Word, var work, var model])
{
    FirstUse.Run(work, model);
    return 0;
}

var root = new RootCommand("Measure the speed of Hybrid and its peers.")
{
    StepCommand.Create(),
    ProfileCommand.Create(),
    GemmCommand.Create(),
    Products.Create(),
    PeersCommand.Create(),
    ScalingCommand.Create(),
    AllreduceCommand.Create(),
    LoadCommand.Create(),
    StartCommand.Create(),
    CsvCommand.Create(),
    VerifyCommand.Create(),
    new Command("kernels", "Time single kernels with BenchmarkDotNet; takes its options, such as --filter *Tanh*."),
};

try
{
    return root.Parse(args.Length == 0 ? ["--help"] : args).Invoke(new() { EnableDefaultExceptionHandler = false });
}
// of what was asked for: files and words
catch (Exception error) when (error is HybridException or IOException or InvalidDataException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
