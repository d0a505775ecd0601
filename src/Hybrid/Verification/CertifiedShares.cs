namespace Hybrid;

/// <summary>How many of some rows are right, attacked, certified and undecided.</summary>
/// <param name="Name">The class, or all.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Right">Rows that are given their class.</param>
/// <param name="Attacked">Those of them for which a row with a different class was found in the box.</param>
/// <param name="Certified">Those of them whose class is proved to stay in the whole box.</param>
/// <param name="Undecided">Those of them of which neither is known.</param>
public sealed record CertifiedShares(string Name, int Rows, int Right, int Attacked, int Certified, int Undecided)
{
    /// <summary>The accuracy on the rows themselves.</summary>
    public double CleanAccuracy => Share(Right);

    /// <summary>An upper bound of the accuracy under attacks: that under those which were found.</summary>
    public double AttackedAccuracy => Share(Right - Attacked);

    /// <summary>A lower bound of the accuracy under any attack: proved.</summary>
    public double CertifiedAccuracy => Share(Certified);

    double Share(int count) => Rows == 0 ? double.NaN : (double)count / Rows;

    internal static CertifiedShares Of(string name, Certification.CertifiedCounts counts) =>
        new(name, counts.Rows, counts.Right, counts.Attacked, counts.Certified, counts.Undecided);
}
