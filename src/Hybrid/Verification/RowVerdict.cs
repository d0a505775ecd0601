namespace Hybrid;

/// <summary>What is known about a row and the box around it.</summary>
public enum RowVerdict
{
    /// <summary>The row itself is given a different class.</summary>
    Wrong,

    /// <summary>A row in the box is given a different class, in any order of summation.</summary>
    Attacked,

    /// <summary>Every row in the box is given the class of the row. This is proved.</summary>
    Certified,

    /// <summary>Neither could be proved.</summary>
    Undecided,
}
