using System.Reflection;
using System.Text.RegularExpressions;
using Hybrid.Cli;
using Hybrid.Lecture;
using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests.Cli;

/// <summary>Libraries name options as in C#, the command by its flags.</summary>
public sealed partial class FlagsTests
{
    /// <summary>Properties that a caller sets.</summary>
    static readonly Type[] options =
        [typeof(TrainingOptions), typeof(TableOptions), typeof(ApproximationOptions), typeof(GradientCheckOptions), typeof(PredictionOptions),
        typeof(InputScaling), typeof(Setting)];

    /// <summary>Properties that only a program can set.</summary>
    static readonly string[] onlyInPrograms =
    [
        nameof(TrainingOptions.Network), nameof(TrainingOptions.ValidationData), nameof(TrainingOptions.Communicator),
        nameof(TrainingOptions.CustomLoss),
        nameof(TrainingOptions.CustomSchedule), nameof(TrainingOptions.CustomStopBy),
    ];

    public static TheoryData<string> Named() =>
        [.. typeof(OptionName).GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    /// <summary>The flags of all commands, as help lists them.</summary>
    static readonly Lazy<HashSet<string>> flags = new(() =>
    {
        using var command = new HybridCommand();
        return [.. CommandLine.Commands.SelectMany(name => Flag().Matches(command.Succeed(name, "--help").Output))
            .Select(match => match.Value)];
    });

    static IEnumerable<PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.Name != "EqualityContract");

    [Theory]
    [MemberData(nameof(Named))]
    public void A_property_named_by_a_remedy_exists_in_the_api_and_has_a_flag(string property)
    {
        Assert.Contains(property, options.SelectMany(Settable).Select(one => one.Name));
        Assert.Contains(Flags.Of(property), flags.Value);
    }

    [Fact]
    public void Every_option_of_the_api_has_a_flag_in_the_command() => Assert.All(
        options.SelectMany(Settable).Select(property => property.Name).Except(onlyInPrograms),
        property => Assert.Contains(Flags.Of(property), flags.Value));

    [Fact]
    public void Remedies_in_the_libraries_take_names_from_a_single_list() => Assert.All(
        Sources(), file => Assert.DoesNotMatch(NameInPlace(), File.ReadAllText(file)));

    [Fact]
    public void No_library_names_a_flag() => Assert.All(
        Sources(), file => Assert.DoesNotContain(File.ReadLines(file), line => Said().IsMatch(line)));

    [Theory]
    [InlineData("age", "age")]
    [InlineData("my age", "'my age'")]
    [InlineData("", "''")]
    [InlineData("$(rm x)", "'$(rm x)'")]
    [InlineData("it's", @"'it'\''s'")]
    public void A_word_that_a_shell_would_interpret_is_quoted(string word, string typed) =>
        Assert.Equal(typed, Flags.Word(word));

    [Fact]
    public void An_error_names_properties_and_in_the_command_flags()
    {
        using var command = new HybridCommand();
        command.Write("t.csv", "my age,c\n5,0\n5,1\n");
        var error = Assert.Throws<TableException>(() => TableData.Load(command.File("t.csv")));
        Assert.EndsWith("Use Categorical = «my age» (to keep it).", error.Message, StringComparison.Ordinal);
        Assert.Equal([Remedy.NewSet("Categorical", "my age", "to keep it")], error.Remedies);
        command.Fail(1, ["Use --categorical 'my age' (to keep it)."], "train", "t.csv");
    }

    [Fact]
    public void Remedies_are_one_sentence_in_the_callers_terms()
    {
        Remedy[] remedies =
            [Remedy.NewDo("lower it"), Remedy.NewSet("A", "1", ""), Remedy.NewSet("B", "x y", "as usual"), Remedy.NewChange("C", "widen it")];
        Assert.Equal("Lower it, use A = 1, B = «x y» (as usual), or widen it with C.", Remedy.Sentence(remedies));
        Assert.Equal("Lower it, use --a 1, --b 'x y' (as usual), or widen it with --c.", Remedy.Sentence(remedies, Flags.With));
        Assert.Equal("", Remedy.Sentence([]));
    }

    static IEnumerable<string> Sources() => ((IEnumerable<string>)["src-fs", "src"])
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(PackageFeed.Root, folder), "*.*", SearchOption.AllDirectories))
        .Where(file => Path.GetExtension(file) is ".fs" or ".cs")
        .Where(file => !Path.GetRelativePath(PackageFeed.Root, file).Split(Path.DirectorySeparatorChar)
            .Any(folder => folder is "obj" or "bin" or "Hybrid.Cli" or "Hybrid.Playground"));

    [GeneratedRegex("(?<=^ +(-., )?)--[a-z0-9-]+", RegexOptions.Multiline)]
    private static partial Regex Flag();

    [GeneratedRegex("""("|///).*(?<![\w-])--[a-z]""")]
    private static partial Regex Said();

    [GeneratedRegex("""(Remedy\.(New)?(Set|Change)|OptionException)\s*\(\s*\$?"[^"]""")]
    private static partial Regex NameInPlace();
}
