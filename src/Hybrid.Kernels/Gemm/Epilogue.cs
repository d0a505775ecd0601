namespace Hybrid.Kernels;

/// <summary>Work on each part of a product as soon as its sums are complete, on the thread that completed it.</summary>
/// <remarks>Parts are rectangles that together cover every element once.</remarks>
readonly unsafe struct Epilogue(delegate*<void*, int, int, int, int, void> function, void* context)
{
    readonly delegate*<void*, int, int, int, int, void> function = function;
    readonly void* context = context;

    public void Run(int row, int rowEnd, int column, int columnEnd)
    {
        if (function != null)
            function(context, row, rowEnd, column, columnEnd);
    }
}
