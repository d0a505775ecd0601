/// The engines that the law of every reader is checked on: all that this machine supports, and the plainest one.
module Hybrid.Properties.Engines

open Hybrid.Core
open Hybrid.Kernels
open Hybrid.Testing

let all: Engine list =
    ReferenceKernels.Engine
    :: [ for name in CpuEngine.Available -> CpuEngine.Create(2, name) ]
