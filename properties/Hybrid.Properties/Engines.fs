/// The engines that the law of every reader is checked on: all that this machine supports, and the plainest one.
module Hybrid.Properties.Engines

open Hybrid.Core
open Hybrid.Kernels
open Hybrid.Testing

let all: IKernels list =
    ReferenceKernels() :: [ for name in Engine.Available -> Engine.Create(2, name) ]
