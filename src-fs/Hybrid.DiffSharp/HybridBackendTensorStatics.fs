namespace DiffSharp.Backends.Hybrid

open DiffSharp
open DiffSharp.Backends
open global.Hybrid.Core

/// <summary>The backend under the names by which DiffSharp looks it up: those of its assembly and of this type.</summary>
[<Sealed>]
type HybridBackendTensorStatics() =
    inherit BackendTensorStatics()

    let make dtype node : RawTensor = GraphTensor(node, dtype)

    let filled value shape dtype =
        make dtype (Tensor.fill value (List.ofArray shape))

    let refuse what =
        raise (HybridException $"A graph has no node for {what}, which DiffSharp requested.")

    override _.GetDevices _ = [ Device.CPU ]
    override _.IsDeviceTypeAvailable deviceType = deviceType = DeviceType.CPU
    override _.Seed _ = ()
    override _.Zero(dtype, _) = filled 0.0 [||] dtype
    override _.One(dtype, _) = filled 1.0 [||] dtype
    override _.Zeros(shape, dtype, _) = filled 0.0 shape dtype
    override _.Empty(shape, dtype, _) = filled 0.0 shape dtype
    override _.Ones(shape, dtype, _) = filled 1.0 shape dtype

    override _.Full(shape, value, dtype, _) =
        filled (value.ToDouble null) shape dtype

    override _.Random(_, _, _) = refuse "random numbers"
    override _.RandomNormal(_, _, _) = refuse "random numbers"
    override _.RandomInt(_, _, _, _, _) = refuse "random numbers"

    override _.CreateFromFlatArray(data, shape, dtype, _) =
        data
        |> Seq.cast<scalar>
        |> Seq.map _.ToDouble(null)
        |> Array.ofSeq
        |> Tensor.constant (List.ofArray shape)
        |> make dtype
