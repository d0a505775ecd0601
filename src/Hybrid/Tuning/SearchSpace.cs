using Hybrid.Tuning;

namespace Hybrid;

/// <summary>The options that a search tries, and their values: a list of values, or a range.</summary>
public sealed class SearchSpace
{
    internal SearchSpace(Tuning.FSharpSearchSpace value) => Value = value;

    /// <summary>The names of the options that can be searched, as at the shell; rate-factor is the learning rate as a multiple of the
    /// optimizer's own.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. AxisKindModule.all.Select(kind => kind.Name)];

    /// <summary>The names of the options that are searched.</summary>
    public IReadOnlyList<string> Axes => [.. Value.Axes.Select(axis => axis.Name)];

    internal Tuning.FSharpSearchSpace Value { get; }

    /// <summary>The space of a JSON text: a member for each option, which is a list of values, one value, or a range such as
    /// <c>{"from": 0.001, "to": 0.1, "scale": "log"}</c>; hidden layers are lists such as <c>[64, 32]</c>.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="OptionException">It is not JSON, or has an unknown option or value, or a range that begins above its
    /// end.</exception>
    public static SearchSpace Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var space = SpaceText.parse(json);
        SearchSpaceModule.check(Models.OptionsModule.defaults, space);
        return new(space);
    }

    /// <summary>The space in a file.</summary>
    /// <param name="path">A JSON file.</param>
    /// <exception cref="OptionException">As for <see cref="Parse"/>.</exception>
    /// <exception cref="HybridException">The file cannot be read.</exception>
    public static SearchSpace Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);

        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HybridException(
                $"{path}: it cannot be read ({error.Message.TrimEnd('.')}). Give a JSON file of options with values or ranges.", error);
        }
    }

    /// <summary>The JSON text, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => SpaceText.print(Value);
}
