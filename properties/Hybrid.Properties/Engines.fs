/// The engines that every reader's law is run on: a new engine is one more line here.
module Hybrid.Properties.Engines

open Hybrid
open Hybrid.Testing

let all: IKernels list = [ ReferenceKernels() ]

let named name =
    List.find (fun (engine: IKernels) -> engine.Name = name) all
