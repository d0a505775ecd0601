namespace Hybrid.Testing

#nowarn "44" // xunit marks the constructor that its deserialiser needs as obsolete

open System
open FsCheck
open Xunit
open Xunit.Abstractions
open Xunit.Sdk

/// <summary>A test of a method with parameters, run by FsCheck instead of once by xunit.</summary>
/// <remarks>xunit makes each runner below from the one above it; only the innermost call is another one here.</remarks>
type PropertyTestCase =
    inherit XunitTestCase
    /// For xunit's deserialiser.
    new() = { inherit XunitTestCase() }

    /// For the discoverer.
    new
        (
            sink: IMessageSink,
            display: TestMethodDisplay,
            options: TestMethodDisplayOptions,
            testMethod: ITestMethod
        ) =
        {
            inherit XunitTestCase(sink, display, options, testMethod, null)
        }

    override this.RunAsync(_, bus, arguments, aggregator, cancellation) =
        { new XunitTestCaseRunner(this,
                                  this.DisplayName,
                                  this.SkipReason,
                                  arguments,
                                  [||],
                                  bus,
                                  aggregator,
                                  cancellation) with
            override _.CreateTestRunner
                (
                    test,
                    bus,
                    testClass,
                    constructor',
                    testMethod,
                    _,
                    skip,
                    beforeAfter,
                    aggregator,
                    cancellation
                ) =
                // xunit compares the number of arguments with that of parameters, before it calls
                let blank: obj[] = Array.zeroCreate (testMethod.GetParameters().Length)

                { new XunitTestRunner(test,
                                      bus,
                                      testClass,
                                      constructor',
                                      testMethod,
                                      blank,
                                      skip,
                                      beforeAfter,
                                      aggregator,
                                      cancellation) with
                    override _.InvokeTestMethodAsync aggregator =
                        { new XunitTestInvoker(test,
                                               bus,
                                               testClass,
                                               constructor',
                                               testMethod,
                                               blank,
                                               beforeAfter,
                                               aggregator,
                                               cancellation) with
                            override _.CallTestMethod target =
                                Check.Method(config 100, testMethod, ?target = Option.ofObj target)
                                null
                        }
                            .RunAsync()
                }
        }
            .RunAsync()

/// Finds the tests that are marked as properties.
type PropertyDiscoverer(sink: IMessageSink) =
    interface IXunitTestCaseDiscoverer with
        member _.Discover(options, testMethod, _) =
            let display = options.MethodDisplayOrDefault()
            let names = options.MethodDisplayOptionsOrDefault()
            Seq.singleton (new PropertyTestCase(sink, display, names, testMethod) :> IXunitTestCase)

/// Marks a test that is to hold for all values of its parameters: FsCheck chooses 100, and shrinks one that fails.
[<AttributeUsage(AttributeTargets.Method)>]
[<XunitTestCaseDiscoverer("Hybrid.Testing.PropertyDiscoverer", "Hybrid.Testing")>]
type PropertyAttribute() =
    inherit FactAttribute()
