namespace Hybrid.Core

open System

/// <summary>bfloat16: the upper 16 bits of float32, with its range, 8 bits of precision, and 2 bytes.</summary>
/// <remarks>A normal number is at most 2⁻⁸ of itself away from the nearest one.</remarks>
module internal BFloat16 =
    /// Whether a number is one of bfloat16.
    let isExact (x: float32) : bool =
        BitConverter.SingleToUInt32Bits x &&& 0xFFFFu = 0u

    /// The nearest number, of two the one whose last bit is 0. Infinite from 2¹²⁸ (1 - 2⁻⁹) on; NaN stays NaN.
    let ofSingle (x: float32) : uint16 =
        let bits = BitConverter.SingleToUInt32Bits x

        if Single.IsNaN x then
            // the lower bits may be the only ones that tell it from infinity
            uint16 (bits >>> 16) ||| 0x40us
        else
            uint16 ((bits + 0x7FFFu + ((bits >>> 16) &&& 1u)) >>> 16)

    let toSingle (bits: uint16) : float32 =
        BitConverter.UInt32BitsToSingle(uint32 bits <<< 16)
