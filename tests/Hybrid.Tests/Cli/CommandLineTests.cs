using Xunit;

namespace Hybrid.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    readonly HybridCommand command = new();

    public void Dispose() => command.Dispose();

    [Fact]
    public void Version_is_a_number() => Assert.Matches(@"^\d+\.\d+\.\d+\n$", command.Succeed("--version").Output);

    [Fact]
    public void Help_names_the_command_and_shows_examples()
    {
        var help = command.Succeed("--help").Output;
        Assert.All(
            ["train <DATA>", "evaluate <MODEL> <DATA>", "predict", "describe", "Examples:", "hybrid train iris"],
            part => Assert.Contains(part, help));
        Assert.DoesNotContain("Hybrid.Cli", help);
        Assert.Equal(help, command.Succeed().Output);
        Assert.Equal(help, command.Succeed("help").Output);
        Assert.Equal(command.Succeed("train", "--help").Output, command.Succeed("help", "train").Output);
    }

    [Fact]
    public void Help_of_training_lists_choices_and_examples()
    {
        var help = command.Succeed("train", "--help").Output;
        Assert.All(
            ["hybrid train <DATA> [options]", "digits, iris", "quantile:0.1,0.5,0.9", "softplus", "Examples:"],
            part => Assert.Contains(part, help));
        Assert.DoesNotContain("Hybrid.Cli", help);
    }

    [Theory]
    // scikit-learn
    [InlineData("--batch-size", "--batch_size", "8")]
    [InlineData("--l2", "--alpha", "0.1")]
    [InlineData("--learning-rate", "--learning_rate_init", "0.1")]
    [InlineData("--epochs", "--max_iter", "9")]
    [InlineData("--patience", "--n_iter_no_change", "9")]
    [InlineData("--optimizer nesterov", "--nesterovs_momentum")]
    [InlineData("--folds", "--cv", "5")]
    [InlineData("sigmoid", "--activation", "logistic")]
    [InlineData("squared", "--loss", "squared_error")]
    [InlineData("softmax", "--loss", "log_loss")]
    // Keras
    [InlineData("--validation", "--validation_split", "0.1")]
    [InlineData("--l2", "--kernel_regularizer", "0.1")]
    [InlineData("--clip-norm", "--global_clipnorm", "1")]
    [InlineData("identity", "--activation", "linear")]
    [InlineData("squared", "--loss", "MSE")]
    [InlineData("absolute", "--loss", "mean_absolute_error")]
    [InlineData("softmax", "--loss", "sparse_categorical_crossentropy")]
    [InlineData("cosine", "--schedule", "CosineDecay")]
    // PyTorch
    [InlineData("--batch-size", "--bs", "8")]
    [InlineData("--optimizer momentum", "--momentum", "0.9")]
    [InlineData("--l2", "--wd", "0.1")]
    [InlineData("--threads", "--num-workers", "2")]
    [InlineData("--loss", "--criterion", "mse")]
    [InlineData("huber", "--loss", "SmoothL1Loss")]
    [InlineData("softmax", "--loss", "BCEWithLogitsLoss")]
    [InlineData("step", "--schedule", "StepLR")]
    // others
    [InlineData("--missing", "--na_values", "x")]
    [InlineData("regression", "--task", "regressor")]
    [InlineData("rmse", "--stop-by", "mse")]
    [InlineData("roc-auc", "--stop-by", "AUC")]
    public void A_name_of_other_programs_is_answered_with_the_own_one(string own, params string[] words) =>
        command.Fail(2, [$"Did you mean {own}?"], ["train", "iris", .. words]);

    [Theory]
    [InlineData("--xs")]
    [InlineData("--device")]
    public void A_short_or_unknown_name_is_not_answered_with_just_any(string name) =>
        Assert.DoesNotContain("Did you mean", command.Fail(2, [name], "train", "iris", name).Errors);

    [Theory]
    [InlineData("There is no command «trian». Did you mean train?", "trian", "iris")]
    [InlineData("There is no command «[diagram]»", "[diagram]")]
    [InlineData("hybrid: completion needs SHELL: ", "completion")]
    [InlineData("hybrid: train needs DATA: ", "train")]
    [InlineData("hybrid: evaluate needs DATA: ", "evaluate", "model.onnx")]
    [InlineData("There is no option --weight-decay. Did you mean --l2?", "train", "iris", "--weight-decay", "0.1")]
    [InlineData("There is no option --random_state. Did you mean --seed?", "train", "iris", "--random_state", "1")]
    [InlineData("there is no script for «fisch». Did you mean fish? The shells are bash, zsh, fish, pwsh.", "completion", "fisch")]
    [InlineData("There is no option --epohcs. Did you mean --epochs?", "train", "iris", "--epohcs", "3")]
    [InlineData("There is no option --frob", "train", "--frob")]
    [InlineData("There is no option --jsn. Did you mean --json?", "evaluate", "model.onnx", "--jsn")]
    [InlineData("There is no option --jsn", "train", "iris", "--output", "--jsn")]
    [InlineData("There is no option -x", "-x")]
    [InlineData("«wine» is one argument too many: train takes DATA.", "train", "iris", "wine")]
    [InlineData("«3» is one argument too many: evaluate takes MODEL and DATA.", "evaluate", "model.onnx", "iris", "3")]
    [InlineData("There is no option -e. Did you mean --epochs?", "train", "iris", "-e", "3")]
    [InlineData("There is no option --val. Did you mean --validation?", "train", "iris", "--val", "0.2")]
    [InlineData("--epochs must be a whole number, not «x»", "train", "iris", "--epochs", "x")]
    [InlineData("--epochs needs a value, n: Maximum number of passes", "train", "iris", "--epochs")]
    [InlineData("--learning-rate must be above 0, not -1", "train", "iris", "--lr", "-1")]
    [InlineData("--epochs must be at least 1, not 0", "train", "iris", "--epochs", "0")]
    [InlineData("--epochs", "train", "iris", "--epochs", "1", "--epochs", "2")]
    [InlineData("--learning-rate must be above 0, not -1", "train", "iris", "--learning-rate", "-1")]
    [InlineData("--learning-rate must be a number, not «1,5»", "train", "iris", "--learning-rate", "1,5")]
    [InlineData("--learning-rate must be above 0", "train", "iris", "--learning-rate", "NaN")]
    [InlineData("--dropout must be at least 0 and below 1", "train", "iris", "--dropout", "1")]
    [InlineData("--validation must be", "train", "iris", "--validation", "1")]
    [InlineData("--test must be", "train", "iris", "--test", "0.6", "--validation", "0.5")]
    [InlineData("--hidden must be whole numbers", "train", "iris", "--hidden", "4,x")]
    [InlineData("--hidden must be", "train", "iris", "--hidden", "4,0")]
    [InlineData("--hidden makes a layer", "train", "iris", "--hidden", "1000000,1000000")]
    [InlineData("--activation must be relu, leaky-relu", "train", "iris", "--activation", "rleu")]
    [InlineData("--activation must be one activation, or one for each", "train", "iris", "--hidden", "4", "--activation", "relu,tanh")]
    [InlineData("--maxout must be from 2", "train", "iris", "--maxout", "1")]
    [InlineData("--batch-size must be at most the number of training examples", "train", "iris", "--batch-size", "1000")]
    [InlineData("--loss must be softmax", "train", "iris", "--loss", "entropy")]
    [InlineData("--seed must be", "train", "iris", "--seed", "-1")]
    [InlineData("--seeds must be", "train", "iris", "--seeds", "0")]
    [InlineData("--threads must be", "train", "iris", "--threads", "-1")]
    [InlineData("--part must be train, validation, test, all or calibration", "evaluate", "model.onnx", "iris", "--part", "tset")]
    [InlineData("0 is not the size of a layer", "describe", "3-0-1")]
    public void Wrong_usage_is_reported_and_exits_with_2(string problem, params string[] arguments)
    {
        var answer = command.Fail(2, [problem, "--help'"], arguments);
        Assert.Empty(command.Names);
        Assert.DoesNotContain("epoch", answer.Output);
    }
}
