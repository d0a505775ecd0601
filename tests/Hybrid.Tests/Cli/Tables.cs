using System.Globalization;

namespace Hybrid.Tests.Cli;

/// <summary>Small tables to train on.</summary>
static class Tables
{
    /// <summary>200 houses: a price of size, rooms and colour, with a little noise.</summary>
    public static string Houses()
    {
        var random = new System.Random(1);
        var lines = new List<string> { "size,colour,rooms,price" };

        for (var i = 0; i < 200; i++)
        {
            var size = random.Next(20, 200);
            var rooms = random.Next(1, 7);
            var colour = random.Next(3);
            var price = 1000 * size + 5000 * rooms + 3000 * colour + random.Next(500);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{size},{"red green blue".Split(' ')[colour]},{rooms},{price}"));
        }

        return string.Join('\n', lines) + "\n";
    }

    /// <summary>60 points without a header; the class comes first, and one of the names needs quotes.</summary>
    public static string Points()
    {
        var random = new System.Random(2);
        var lines = Enumerable.Range(0, 60).Select(_ => (x: random.Next(100), y: random.Next(100)))
            .Select(point => $"{(point.x + point.y > 100 ? "\"big, \"\"far\"\"\"" : "near")},{point.x},{point.y}");
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>Flowers as hybrid knows them, by their columns' names and one that the model does not know.</summary>
    public const string Flowers = """
        petal width (cm),petal length (cm),note,sepal width (cm),sepal length (cm),kind
        0.2,1.4,a,3.5,5.1,setosa
        2.3,5.9,b,3.0,6.8,virginica
        0.2,1.3,c,3.2,4.7,setosa

        """;
}
