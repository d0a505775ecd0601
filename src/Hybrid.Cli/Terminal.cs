using Spectre.Console;
using Text = Spectre.Console.Text;

namespace Hybrid.Cli;

/// <summary>Output for people: lines and tables on stdout, unless JSON is requested. Text quoted from
/// outside cannot steer the terminal.</summary>
sealed class Terminal(bool json)
{
    readonly Lazy<IAnsiConsole> console = new(() => Open(json));

    /// <summary>Whether a terminal shows progress: with JSON stderr, else stdout.</summary>
    public bool IsLive { get; } = !IsPiped(json);

    // a launcher collects what its processes print, whatever they print to
    static bool IsPiped(bool json) => Ranks.AreLaunched || (json ? Console.IsErrorRedirected : Console.IsOutputRedirected);

    /// <summary>Whether lines are printed.</summary>
    public bool IsSilent => json;

    /// <summary>For live displays, which lines must not tear.</summary>
    public IAnsiConsole Live => console.Value;

    public void Line(string text = "")
    {
        if (json)
            return;

        // through the same console as a live display, which then moves out of the way
        if (IsLive)
            console.Value.WriteLine(Printable.text(text));
        else
            Console.Out.WriteLine(Printable.text(text));
    }

    /// <summary>A line that the next one replaces, on a terminal only.</summary>
    public void Progress(string text)
    {
        if (IsLive)
            (json ? Console.Error : Console.Out).Write($"\r{Printable.line(text)} \r");
    }

    /// <summary>Numbers are aligned right, the first column left.</summary>
    public void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (json)
            return;

        var table = new Table { Border = TableBorder.Simple };
        foreach (var (name, index) in header.Select((name, index) => (name, index)))
            table.AddColumn(new TableColumn(Cell(name))
            {
                Alignment = index == 0 ? Justify.Left : Justify.Right,
                NoWrap = true,
            });

        foreach (var row in rows)
            table.AddRow(row.Select(Cell));

        console.Value.Write(table);
    }

    static Text Cell(string text) => new(Printable.text(text));

    static IAnsiConsole Open(bool json)
    {
        var (writer, redirected) = (json ? Console.Error : Console.Out, IsPiped(json));

        // Spectre looks only at TERM, and would send colours down a pipe
        var opened = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
        });

        // without a terminal there is no edge to cut or wrap at
        if (redirected)
            opened.Profile.Width = 1000;

        return opened;
    }
}
