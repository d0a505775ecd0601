namespace Hybrid.Core

/// <summary>Windows of a batch of images, [examples; height; width; channels], with zeros around each image.</summary>
/// <remarks>Element (s, t, c) of window (i, j) is channel c of the pixel at row i·RowStride + s·RowDilation - Top and column
/// j·ColumnStride + t·ColumnDilation - Left, or 0 outside the image. As a matrix, windows are [examples · rows · columns; window
/// rows · window columns · channels], one window a row.</remarks>
type internal Patches =
    {
        Examples: int
        /// The size of an image, without the zeros around it.
        Height: int
        Width: int
        Channels: int
        /// The zeros before the first row and the first column.
        Top: int
        Left: int
        PaddedHeight: int
        PaddedWidth: int
        /// The number of windows of an image along each axis.
        Rows: int
        Columns: int
        RowStride: int
        ColumnStride: int
        /// The number of pixels of a window along each axis.
        WindowRows: int
        WindowColumns: int
        RowDilation: int
        ColumnDilation: int
    }

    /// The number of windows of all images.
    member this.Count = this.Examples * this.Rows * this.Columns

    /// The number of elements of a window.
    member this.Size = this.WindowRows * this.WindowColumns * this.Channels

    /// The number of elements of all images, without the zeros around them.
    member this.ImageSize = this.Examples * this.Height * this.Width * this.Channels

/// <summary>Windows side by side, of which pixels beyond the last row and the last column of windows are no part, in a batch of
/// images, [images; height; width; channels].</summary>
type internal PoolWindows =
    {
        Images: int
        Height: int
        Width: int
        Channels: int
        /// The number of windows of an image along each axis.
        Rows: int
        Columns: int
        /// The number of pixels of a window along each axis.
        WindowRows: int
        WindowColumns: int
    }

    /// The number of windows of all images, of each channel.
    member this.Count = this.Images * this.Rows * this.Columns * this.Channels

    /// The number of elements of all images.
    member this.Size = this.Images * this.Height * this.Width * this.Channels

/// Products in which the matrix of windows is a factor or, before it is added up, the result.
type internal PatchForm =
    /// windows · weights, [windows; outputs], of images and weights: a convolution.
    | Convolve = 0
    /// cotangentᵀ · windows, [outputs; elements], of a cotangent, [windows; outputs], and images: the gradient of the weights.
    | Weights = 1
    /// The sum, at each pixel, of all elements that lie there of cotangent · weights, [windows; elements], of a cotangent, [windows;
    /// outputs], and weights: the gradient of the images.
    | Images = 2

/// <summary>A product with windows that are never stored as a matrix.</summary>
type internal PatchProduct =
    {
        Form: PatchForm
        Patches: Patches
        /// At least 2.
        Outputs: int
        /// Whether weights, or their gradient, are stored as [elements; outputs] and not as [outputs; elements].
        Turned: bool
        /// Of a convolution: the product of bytes that it is, with windows as rows, if the images' numbers are made integers first and
        /// the weights are constant integers.
        Integers: IntegerProduct voption
    }

    /// The number of products of two numbers that it adds up.
    member this.MultiplyAdds =
        int64 this.Patches.Count * int64 this.Patches.Size * int64 this.Outputs
