using Hybrid.Tests.Support;
using Xunit;

namespace Hybrid.Tests;

public class DoctorTests
{
    static readonly TrainingOptions Quick = new() { Hidden = [16, 8], Epochs = 20, Threads = 1 };

    static Diagnosis Examine(TableData data, TrainingOptions options) =>
        Doctor.Examine(Trainer.Train(data, options).Model, data, threads: 1);

    static string[] Kinds(Diagnosis diagnosis) => [.. diagnosis.Findings.Select(finding => finding.Kind).Distinct()];

    [Fact]
    public void A_healthy_classifier_has_no_findings_and_one_row_per_layer()
    {
        var diagnosis = Examine(Tables.Mixed(300, true), Quick with { Activations = ["tanh"] });
        Assert.Empty(diagnosis.Findings);
        Assert.Equal(300, diagnosis.Examples);
        Assert.Equal([(1, "tanh", 16, true), (2, "tanh", 8, true), (3, "identity", 3, false)],
            diagnosis.Layers.Select(layer => (layer.Layer, layer.Kind, layer.Units, layer.IsHidden)));
        Assert.All(diagnosis.Layers, layer => Assert.InRange(layer.UpdateRatio!.Value, 1e-4, 0.03));
        Assert.All(diagnosis.Layers, layer => Assert.True(layer.GradientNorm > 0));
        Assert.Equal([true, true, false], diagnosis.Layers.Select(layer => layer.Saturated is not null));
        Assert.Null(diagnosis.HeldOut);
    }

    [Fact]
    public void A_quantity_is_diagnosed_in_the_unit_of_its_training()
    {
        // targets of a deviation of about 20, whose plain gradients would be as many times as long
        var options = Quick with { Activations = ["tanh"], Optimizer = "sgd", LearningRate = 0.02 };
        var diagnosis = Examine(Tables.Mixed(300, false), options);
        Assert.Empty(diagnosis.Findings);
        Assert.All(diagnosis.Layers, layer => Assert.InRange(layer.GradientNorm, 0, 1));
    }

    [Fact]
    public void A_network_read_back_has_the_diagnosis_of_the_written_one()
    {
        using var folder = new TemporaryFolder();
        var data = Tables.Mixed(200, true);

        foreach (var options in (TrainingOptions[])[
            Quick with { Activations = ["relu", "leaky-relu"], Dropout = 0.2 },
            Quick with { MaxoutPieces = 3 },
            Quick with { Activations = ["sigmoid", "elu"], BalancedClasses = true, ClipNorm = 1, MaxNorm = 3, L1 = 1e-4 }])
        {
            var model = Trainer.Train(data, options).Model;
            model.Save(folder.File("model.onnx"));
            var (expected, actual) = (
                Doctor.Examine(model, data, threads: 1),
                Doctor.Examine(Model.Load(folder.File("model.onnx")), data, threads: 1));

            Assert.Equal(expected.Layers.Select(layer => (layer.Kind, layer.Dead, layer.NoGradient, layer.Pieces, layer.UnusedPieces)),
                actual.Layers.Select(layer => (layer.Kind, layer.Dead, layer.NoGradient, layer.Pieces, layer.UnusedPieces)));
            Assert.Equal(Kinds(expected), Kinds(actual));
        }
    }

    [Fact]
    public void The_same_rows_give_the_same_diagnosis_for_any_number_of_threads()
    {
        var data = Tables.Mixed(300, true);
        var model = Trainer.Train(data, Quick).Model;
        Assert.Equal(Doctor.Examine(model, data, threads: 1).Layers, Doctor.Examine(model, data, threads: 2).Layers);
    }

    [Fact]
    public void NaN_is_the_only_finding()
    {
        var data = Tables.Mixed(200, true);
        var model = Trainer.Train(data, Quick).Model;
        var spoilt = model.Network.WithParameters(parameter => parameter.Name == "1.weight"
            ? Enumerable.Range(0, parameter.Values.Length).Select(i => i == 0 ? float.NaN : -1e6f).ToArray()
            : parameter.Values);

        using var folder = new TemporaryFolder();
        new Model(Hybrid.Models.ModelModule.withTexts(
            Hybrid.Models.ModelModule.texts(model.Value),
            Hybrid.Models.ModelModule.create(spoilt.Value, model.Value.Schema, model.Value.Loss))).Save(folder.File("model.onnx"));
        var diagnosis = Doctor.Examine(Model.Load(folder.File("model.onnx")), data, threads: 1);
        var finding = Assert.Single(diagnosis.Findings);
        Assert.Equal(("not-finite", null), (finding.Kind, finding.Layer));
        Assert.Equal(1, diagnosis.Layers[0].NotFinite);
    }

    [Fact]
    public void A_network_without_a_known_optimizer_has_no_update_ratio()
    {
        var data = Tables.Mixed(200, true);
        var trained = Trainer.Train(data, Quick).Model;
        var model = new Model(Hybrid.Models.ModelModule.create(trained.Network.Value, trained.Value.Schema, trained.Value.Loss));
        Assert.All(Doctor.Examine(model, data, threads: 1).Layers, layer => Assert.Null(layer.UpdateRatio));
    }

    [Fact]
    public void A_remedy_names_a_property_and_its_value()
    {
        var finding = Examine(Tables.Mixed(200, true), Quick with { Activations = ["sigmoid"] })
            .Findings.First(finding => finding.Kind == "sigmoid");
        Assert.Equal(Remedy.NewSet(nameof(TrainingOptions.Activations), "relu", ""), finding.Remedies[0]);
        Assert.Equal("Use Activations = relu, or Activations = tanh (a sigmoid centred on zero).", finding.Advice);
    }

    [Fact]
    public void A_gap_to_the_held_out_part_is_found()
    {
        var data = Tables.Mixed(200, true);
        var few = data.Subset(Enumerable.Range(0, 30));
        var others = data.Subset(Enumerable.Range(30, 170));

        var options = Quick with { Hidden = [64], Activations = ["tanh"], Epochs = 500, L2 = 0, ValidationFraction = 0, TestFraction = 0 };
        var model = Trainer.Train(few, options).Model;
        var diagnosis = Doctor.Examine(model, few, others, 1);
        Assert.Contains("overfitting", Kinds(diagnosis));
        Assert.Equal(170, diagnosis.HeldOut!.Examples);
        Assert.DoesNotContain("overfitting", Kinds(Doctor.Examine(model, few, few, 1)));
    }
}
