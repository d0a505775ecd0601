/// How notebooks and F# Interactive show figures: loaded automatically by #r "nuget: Hybrid.Figures", by #load elsewhere.
module Hybrid.Figures.Printers

/// A line of text in place of the picture.
let text (figure: Figure) : string = $"[picture: {figure.Title}]"

#if HAS_FSI_ADDHTMLPRINTER
fsi.AddHtmlPrinter(fun (figure: Figure) -> Seq.empty, Figure.toSvg figure)
#else
fsi.AddPrinter text
#endif
