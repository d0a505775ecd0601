using Hybrid.Data;
using Microsoft.FSharp.Core;

namespace Hybrid;

/// <summary>The reader of image files of the package Hybrid.Images, if the program references it: the library itself has
/// none.</summary>
static class ImageDecoders
{
    static readonly Lazy<ImageDecoder?> found = new(() =>
        Type.GetType("Hybrid.Images.ImageFiles, Hybrid.Images")?.GetProperty("Decoder")?.GetValue(null) as ImageDecoder);

    /// <summary>The reader, if there is one.</summary>
    public static FSharpOption<ImageDecoder>? Found =>
        found.Value is { } decoder ? FSharpOption<ImageDecoder>.Some(decoder) : null;
}
