using Microsoft.ML;

namespace Hybrid.MLNet;

/// <summary>Networks of Hybrid among ML.NET's trainers.</summary>
public static class NeuralNetworkTrainers
{
    /// <summary>A network that tells two classes apart.</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="labelColumnName">Boolean.</param>
    /// <param name="featureColumnName">A vector of Single.</param>
    /// <param name="exampleWeightColumnName">Single; null for examples that count alike.</param>
    /// <param name="options">As for <see cref="NeuralNetworkTrainer"/>.</param>
    public static NeuralNetworkTrainer NeuralNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, string labelColumnName = "Label",
        string featureColumnName = "Features", string? exampleWeightColumnName = null, TrainingOptions? options = null) =>
        new(labelColumnName, featureColumnName, exampleWeightColumnName, options);

    /// <summary>A network that tells classes apart.</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="labelColumnName">A key.</param>
    /// <param name="featureColumnName">A vector of Single.</param>
    /// <param name="exampleWeightColumnName">Single; null for examples that count alike.</param>
    /// <param name="options">As for <see cref="NeuralNetworkTrainer"/>.</param>
    public static NeuralNetworkTrainer NeuralNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, string labelColumnName = "Label",
        string featureColumnName = "Features", string? exampleWeightColumnName = null, TrainingOptions? options = null) =>
        new(labelColumnName, featureColumnName, exampleWeightColumnName, options);

    /// <summary>A network that predicts a quantity.</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="labelColumnName">Single.</param>
    /// <param name="featureColumnName">A vector of Single.</param>
    /// <param name="exampleWeightColumnName">Single; null for examples that count alike.</param>
    /// <param name="options">As for <see cref="NeuralNetworkTrainer"/>.</param>
    public static NeuralNetworkTrainer NeuralNetwork(
        this RegressionCatalog.RegressionTrainers trainers, string labelColumnName = "Label", string featureColumnName = "Features",
        string? exampleWeightColumnName = null, TrainingOptions? options = null) =>
        new(labelColumnName, featureColumnName, exampleWeightColumnName, options);
}
