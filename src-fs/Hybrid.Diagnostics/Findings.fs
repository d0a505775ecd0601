namespace Hybrid.Diagnostics

open Hybrid.Core

/// <summary>A network compared with the lecture's advice on training.</summary>
module Findings =
    /// Every rule, the most serious first.
    let rules: Rule list =
        [
            UnitRules.notFinite
            FlowRules.standstill
            UnitRules.dead
            UnitRules.noGradient
            UnitRules.saturated
            UnitRules.sigmoid
            FlowRules.vanishing
            FlowRules.exploding
            FlowRules.largeUpdates
            FlowRules.smallUpdates
            DataRules.unscaled
            DataRules.positive
            DataRules.overfitting
        ]

    /// Everything that the rules find, the most serious first.
    let ofExamination (examination: Examination) : Finding list =
        [
            for rule in rules do
                for layer, value, threshold, found, remedies in rule.Look examination do
                    {
                        Kind = rule.Kind
                        Layer = layer
                        Value = value
                        Threshold = threshold
                        Found = found
                        Says = rule.Says
                        Remedies = remedies
                    }
        ]
