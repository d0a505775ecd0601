namespace Hybrid.Data

/// The extents of an image. Its numbers are in rows of pixels from the top, with the channels of a pixel together.
type ImageShape =
    {
        Height: int
        Width: int
        /// 1 of grey images, 3 of red, green and blue.
        Channels: int
    }

    /// The numbers of an image.
    member this.Size = this.Height * this.Width * this.Channels

    /// Its extents as networks take them.
    member this.Extents = [ this.Height; this.Width; this.Channels ]

module ImageShape =
    /// The number of numbers of an image, each of which is a named column: larger images are taken for damaged files.
    let internal limit = 1 <<< 18

    /// Channels, height and width, as in 3×32×32.
    let text (shape: ImageShape) : string =
        $"{shape.Channels}×{shape.Height}×{shape.Width}"

    /// The same with the names of the extents.
    let internal described (shape: ImageShape) : string =
        $"{text shape} (channels × height × width)"
