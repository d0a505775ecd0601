namespace Hybrid.Testing.TestAdapter

open System
open System.Reflection
open Expecto
open Expecto.Impl

/// The tests of an assembly, discovered in the same way for VSTest and for the console.
module Discovery =
    /// The full name of a test: the names of its lists and its own, joined by dots.
    let nameOf (test: FlatTest) : string = JoinWith.Dot.format test.name

    let private isMarked (found: MemberInfo) =
        [ typeof<TestsAttribute>; typeof<PTestsAttribute>; typeof<FTestsAttribute> ]
        |> List.exists (fun mark -> found.IsDefined(mark, false))

    /// What Expecto silently skips: members that are marked as tests but are not public tests.
    let private overlooked (assembly: Assembly) : string list =
        let everything =
            BindingFlags.Public
            ||| BindingFlags.NonPublic
            ||| BindingFlags.Static
            ||| BindingFlags.Instance
            ||| BindingFlags.DeclaredOnly

        let isTest (found: MemberInfo) =
            match found with
            | :? PropertyInfo as property ->
                property.PropertyType = typeof<Test>
                && not (isNull (property.GetGetMethod()))
                && property.GetMethod.IsStatic
            | :? FieldInfo as field -> field.FieldType = typeof<Test> && field.IsPublic && field.IsStatic
            | :? MethodInfo as method ->
                method.ReturnType = typeof<Test>
                && method.IsPublic
                && method.IsStatic
                && method.GetParameters().Length = 0
            | _ -> false

        // where the compiler keeps the values of modules, under the attributes of their properties
        let isStartupCode (declaring: Type) =
            not (isNull declaring.Namespace)
            && declaring.Namespace.StartsWith("<StartupCode$", StringComparison.Ordinal)

        [
            for declaring in assembly.GetTypes() do
                for found in declaring.GetMembers everything do
                    if
                        isMarked found
                        && not (isStartupCode declaring)
                        && not (declaring.IsVisible && isTest found)
                    then
                        $"{declaring.FullName}.{found.Name}"
        ]

    let private names (test: Test) : string list =
        Test.toTestCodeList test |> List.map nameOf

    let private repeated (test: Test) : string list =
        names test
        |> List.countBy id
        |> List.filter (fun (_, count) -> count > 1)
        |> List.map fst

    /// <summary>All tests of an assembly, as one list.</summary>
    /// <exception cref="T:Expecto.TestDiscoveryException">There are no tests; something that is marked as a test is not a public
    /// value of type Test, or cannot be created; or two tests have the same name.</exception>
    let testOf (assembly: Assembly) : Test =
        let refuse reason =
            raise (TestDiscoveryException $"{assembly.GetName().Name}: {reason}")

        let listed (names: string list) =
            String.Join("\n  ", "" :: List.truncate 10 names)

        let found =
            try
                testFromAssembly assembly
            with error ->
                refuse $"the tests cannot be created. {error.GetBaseException()}"

        match overlooked assembly, found with
        | [], Some test when (repeated test).IsEmpty && not (names test).IsEmpty -> test
        | [], Some test when not (names test).IsEmpty ->
            refuse $"several tests have the same name:{listed (repeated test)}"
        | [], _ -> refuse "there are no tests. Mark a list of tests with [<Tests>]."
        | overlooked, _ ->
            refuse $"these are marked as tests, but are not public values of type Test:{listed overlooked}"
