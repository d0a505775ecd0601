/// How F# Interactive and notebooks show the core's values: loaded automatically by #r "nuget: Hybrid.Core", by #load elsewhere.
module Hybrid.Core.Printers

fsi.AddPrinter(fun (shown: Shown<Tensor>) -> Preview.ofTensor shown.Value)
fsi.AddPrinter Preview.ofNetwork
