namespace Hybrid.Core

/// The functions of tensors that are extension members, for C#, where these have no names that a program can write.
module internal TensorOperations =
    let exp (x: Tensor) = Tensor.exp x
    let log (x: Tensor) = Tensor.log x
    let sqrt (x: Tensor) = Tensor.sqrt x
    let sin (x: Tensor) = Tensor.sin x
    let cos (x: Tensor) = Tensor.cos x
    let tanh (x: Tensor) = Tensor.tanh x
    let sigmoid (x: Tensor) = Tensor.sigmoid x
    let softplus (x: Tensor) = Tensor.softplus x
    let erf (x: Tensor) = Tensor.erf x
    let abs (x: Tensor) = Tensor.abs x
    let relu (x: Tensor) = Tensor.relu x
    let power (a: Tensor) (b: Tensor) = Tensor.power a b
    let maximum (a: Tensor) (b: Tensor) = Tensor.maximum a b
    let minimum (a: Tensor) (b: Tensor) = Tensor.minimum a b
    let greater (a: Tensor) (b: Tensor) = Tensor.greater a b
    let select (condition: Tensor) (a: Tensor) (b: Tensor) = Tensor.select condition a b
    let max axis (x: Tensor) = Tensor.max axis x
    let mean axis (x: Tensor) = Tensor.mean axis x
    let softmax axis (x: Tensor) = Tensor.softmax axis x
    let logSumExp axis (x: Tensor) = Tensor.logSumExp axis x
    let slice axis start count (x: Tensor) = Tensor.slice axis start count x
    let concat axis (parts: Tensor list) = Tensor.concat axis parts
