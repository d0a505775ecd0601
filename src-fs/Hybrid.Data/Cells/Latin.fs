namespace Hybrid.Data

open System
open System.Text

/// Text in Windows-1252, the Latin-1 of most programs that do not write UTF-8.
module internal Latin =
    /// The characters of the bytes from 0x80 to 0x9F; the undefined ones are as in Latin-1.
    let private high =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178"

    let decode (bytes: ReadOnlySpan<byte>) : string =
        let text = StringBuilder(bytes.Length)

        for byte in bytes do
            let character =
                if byte >= 0x80uy && byte < 0xA0uy then
                    high[int byte - 0x80]
                else
                    char byte

            text.Append character |> ignore

        text.ToString()
