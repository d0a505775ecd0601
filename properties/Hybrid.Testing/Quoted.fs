namespace Hybrid.Testing

open System.Reflection
open FSharp.Quotations
open FSharp.Quotations.Patterns

/// Functions that are given together with their source, so that a table knows what it covers.
module Quoted =
    /// A method's name within its module.
    let methodName (method: MethodBase) : string =
        $"{method.DeclaringType.Name}.{method.Name}"

    let rec private called (expression: Expr) : Set<string> =
        let own =
            match expression with
            | Call(_, method, _) -> Set.singleton (methodName method)
            | PropertyGet(_, property, _) -> Set.singleton (methodName (property.GetGetMethod true))
            | _ -> Set.empty

        match expression with
        | ExprShape.ShapeVar _ -> own
        | ExprShape.ShapeLambda(_, body) -> own + called body
        | ExprShape.ShapeCombination(_, parts) -> own + Set.unionMany (List.map called parts)

    /// The value of a function, and the names of the methods that its source calls.
    let take (quoted: Expr<'f>) : 'f * Set<string> =
        match quoted with
        | WithValue(value, _, text) -> (value :?> 'f), called text
        | _ -> invalidArg (nameof quoted) "The function's value was not kept with its source."
