using StbImageSharp;

namespace Hybrid.Images;

/// <summary>Reads PNG and JPEG files as images of bytes: grey (1 channel), grey with alpha (2), colour (3), colour with alpha (4);
/// palettes become colours, and 16 bits become 8.</summary>
/// <remarks>A file's structure is checked before it is decoded: that it is whole, and that its data are those of an image of the size
/// that its header states, so that no file needs more memory than a few times its image.</remarks>
public sealed class ImageFiles : ImageDecoder
{
    ImageFiles()
    {
    }

    /// <summary>The reader, which has no state.</summary>
    public static ImageDecoder Decoder { get; } = new ImageFiles();

    /// <inheritdoc/>
    public FSharpList<string> Endings { get; } = ListModule.OfSeq([".png", ".jpg", ".jpeg"]);

    /// <inheritdoc/>
    public ImageShape Shape(byte[] file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (PngFile.IsPng(file))
            return PngFile.Shape(file);

        return JpegFile.IsJpeg(file)
            ? JpegFile.Shape(file)
            : throw new InvalidDataException("it is neither a PNG nor a JPEG file.");
    }

    /// <inheritdoc/>
    public byte[] Pixels(byte[] file)
    {
        var shape = Shape(file);
        if (PngFile.IsPng(file))
            PngFile.RequireWhole(file);
        else
            JpegFile.RequireWhole(file);

        byte[] pixels;
        try
        {
            pixels = ImageResult.FromMemory(file).Data;
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            // the decoder reports damage by exceptions of many kinds
            throw new InvalidDataException($"it is damaged ({cause.Message.TrimEnd('.')}).", cause);
        }

        return pixels.Length == shape.Size ? pixels : throw new InvalidDataException("its data are not those of its header.");
    }
}
