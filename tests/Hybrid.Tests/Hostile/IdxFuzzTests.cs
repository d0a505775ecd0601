using Xunit;

namespace Hybrid.Tests.Hostile;

public sealed class IdxFuzzTests
{
    const int Standard = 5_000;

    [Fact]
    public void A_folder_with_a_damaged_file_is_either_read_or_refused() => Fuzz.Run(Standard, HostileReader.Images.Allowed, random =>
    {
        var (name, bytes) = new HostileImages(random).Draw();
        return new FuzzCase(name, bytes, HostileReader.Images.Read);
    });
}
