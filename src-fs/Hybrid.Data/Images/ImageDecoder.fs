namespace Hybrid.Data

/// <summary>Reads image files, such as PNG and JPEG. The package Hybrid.Images has one.</summary>
/// <remarks>Both members raise System.IO.InvalidDataException, with the reason, for a damaged file or one of a different
/// format.</remarks>
type ImageDecoder =
    /// The endings of its files in lower case, such as .png.
    abstract Endings: string list

    /// <summary>The extents of an image, from the header of its file: little is allocated, whatever the header claims.</summary>
    abstract Shape: file: byte[] -> ImageShape

    /// <summary>The numbers of an image, 0 … 255, [height; width; channels]. It is asked for only if its extents are as
    /// expected.</summary>
    abstract Pixels: file: byte[] -> byte[]
