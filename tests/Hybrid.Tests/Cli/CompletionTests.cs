using System.Diagnostics;
using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class CompletionTests : IDisposable
{
    readonly HybridCommand command = new();

    public CompletionTests()
    {
        command.Write("model.onnx", "");
        command.Write("my model.onnx", "");
        command.Write("flowers.csv", "");
        command.Write(".hidden.csv", "");
        Directory.CreateDirectory(command.File("inner"));
        command.Write("inner/other.onnx", "");
    }

    public void Dispose() => command.Dispose();

    [Theory]
    [InlineData("", "approximate bounds certify check-proof completion convert describe doctor evaluate explain gradcheck lecture playground predict serve train tune verify")]
    [InlineData("-", "--help --version")]
    [InlineData("tr", "train")]
    [InlineData("nothing ", "")]
    [InlineData("train --l", "--l1 --l2 --label-smoothing --label-thresholds --learning-rate --loss")]
    [InlineData("train iris --seed 1 --see", "--seeds")]
    [InlineData("train iris --ignore a --ig", "--ignore")]
    [InlineData("train iris --optimizer ad", "adagrad adam adamw")]
    [InlineData("train iris --optimizer=ad", "--optimizer=adagrad --optimizer=adam --optimizer=adamw")]
    [InlineData("train iris --json --activation relu,ta", "relu,tanh")]
    [InlineData("approximate -x --method t", "tanh towers trained")]
    [InlineData("evaluate model.onnx iris --part ", "all calibration test train validation")]
    [InlineData("lecture ca", "capacity case-study caveats")]
    [InlineData("completion ", "bash fish pwsh zsh")]
    public void Commands_options_and_fixed_values_are_completed(string line, string words) =>
        Assert.Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), Complete(line));

    [Theory]
    [InlineData("train i", "inner/", "iris")]
    [InlineData("train f", "flowers.csv")]
    [InlineData("train .", ".hidden.csv")]
    [InlineData("train absent/")]
    [InlineData("train iris --output m", "model.onnx", "my model.onnx")]
    [InlineData("describe ", "inner/", "model.onnx", "my model.onnx")]
    [InlineData("describe inner/", "inner/other.onnx")]
    [InlineData("describe \"my", "my model.onnx")]
    [InlineData(@"evaluate my\ model.onnx fl", "flowers.csv")]
    [InlineData("lecture spiral --out ", "inner/")]
    public void Files_are_completed_where_files_are_wanted(string line, params string[] files) =>
        Assert.Equal(files, Complete(line));

    [Fact]
    public void Text_behind_the_cursor_is_ignored() =>
        Assert.Equal(["train"], command.Succeed("[suggest:2]", "train iris").Lines);

    [Fact]
    public void Bash_completes_with_the_script()
    {
        const string script = """
            hybrid() { dotnet "$CLI" "$@"; }
            source <(hybrid completion bash)

            # what bash does at the Tab key
            press() {
                COMP_LINE=$1 COMP_POINT=${#1}
                read -ra COMP_WORDS <<< "$1"
                _hybrid
                (IFS='|'; echo "${COMPREPLY[*]}")
            }

            complete -p hybrid
            press 'hybrid desc'
            press 'hybrid describe '
            press 'hybrid train iris --optimizer ad'
            press 'hybrid train iris --optimizer=lb'
            press 'hybrid nothing '
            """;

        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = Path.GetDirectoryName(command.File("model.onnx")),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CLI"] = Path.Combine(AppContext.BaseDirectory, "Hybrid.Cli.dll");
        using var bash = Process.Start(start)!;
        var answer = HybridCommand.Finish(bash);

        Assert.Equal((0, ""), (answer.Code, answer.Errors));
        Assert.Equal(
            """
            complete -o filenames -F _hybrid hybrid
            describe
            inner/|model.onnx|my model.onnx
            adagrad|adam|adamw
            lbfgs


            """,
            answer.Output);
    }

    [Theory]
    [InlineData("zsh", "compdef _hybrid hybrid")]
    [InlineData("fish", "complete -c hybrid")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName hybrid")]
    public void Other_shells_also_have_scripts(string shell, string words) =>
        Assert.Contains(words, command.Succeed("completion", shell).Output);

    [Fact]
    public void Help_of_completion_says_how_to_install_it()
    {
        var help = command.Succeed("completion", "--help").Output;
        Assert.Contains("source <(hybrid completion bash)", help);
        Assert.Contains("hybrid completion bash", command.Succeed("--help").Output);
    }

    string[] Complete(string line) => command.Succeed($"[suggest:{line.Length}]", line).Lines;
}
