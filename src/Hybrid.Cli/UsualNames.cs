namespace Hybrid.Cli;

/// <summary>What scikit-learn, Keras, PyTorch and others call options and their values, and what they are called here.</summary>
static class UsualNames
{
    /// <summary>The own word for another program's, among those that may stand there; null if there is none.</summary>
    /// <param name="word">As it was typed, in any case and with any dashes.</param>
    /// <param name="candidates">Own names of options, or own values of one.</param>
    public static string? Own(string word, IReadOnlyCollection<string> candidates) =>
        own[Letters(word)].FirstOrDefault(name => candidates.Contains(name.Split(' ')[0]));

    static string Letters(string word) => string.Concat(word.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>Each own name, and the others for it. A name may stand for several own ones: which of them is known decides.</summary>
    static readonly (string Own, string[] Others)[] table =
    [
        ("--activation", ["act", "activation-function", "nonlinearity", "transfer-function"]),
        ("--batch-size", ["b", "batch", "bs", "mini-batch", "minibatch-size", "train-batch-size"]),
        ("--categorical", ["cat", "cat-features", "categorical-features", "categories"]),
        ("--class-weights", ["class-weight", "cw"]),
        ("--clip-norm", ["clip", "grad-clip", "gradient-clip-val", "global-clipnorm", "max-grad-norm"]),
        ("--dropout", ["dropout-rate"]),
        ("--epochs", ["e", "ep", "iterations", "max-epochs", "max-iter", "n-epochs", "nb-epoch", "nepochs", "num-epochs"]),
        ("--folds", ["cv", "k-fold", "kfold", "n-folds", "n-splits"]),
        ("--from", ["checkpoint", "init", "pretrained", "resume", "warm-start", "weights"]),
        ("--header", ["names"]),
        ("--hidden", ["h", "hidden-dim", "hidden-dims", "hidden-layer-sizes", "hidden-layers", "hidden-size", "hidden-units", "layers",
            "neurons", "nhid", "units"]),
        ("--ignore", ["drop", "drop-columns", "exclude", "i", "index-col", "skip-columns"]),
        ("--l1", ["l1-reg", "l1-regularization"]),
        ("--l2", ["alpha", "decay", "kernel-regularizer", "l2-reg", "l2-regularization", "reg", "wd", "weight-decay"]),
        ("--learning-rate", ["eta", "eta0", "learning-rate-init", "step-size"]),
        ("--loss", ["criterion", "loss-fn", "loss-function", "objective"]),
        ("--metric", ["metrics", "score", "scoring"]),
        ("--missing", ["na", "na-values", "null-values", "missing-values"]),
        ("--network", ["arch", "architecture", "model"]),
        ("--no-header", ["header-none", "headerless"]),
        ("--optimizer", ["opt", "optim", "optimiser", "solver"]),
        ("--optimizer momentum", ["momentum"]),
        ("--optimizer nesterov", ["nesterov", "nesterovs-momentum"]),
        ("--output", ["model-path", "out", "save", "save-path"]),
        ("--patience", ["early-stopping", "early-stopping-rounds", "n-iter-no-change"]),
        ("--schedule", ["decay-schedule", "gamma", "learning-rate-schedule", "lr-policy", "lr-schedule", "lr-scheduler", "scheduler"]),
        ("--seed", ["manual-seed", "random-seed", "random-state", "rng", "s"]),
        ("--target", ["label", "label-column", "labels", "outcome", "response", "t", "target-col", "target-column", "y"]),
        ("--task", ["problem-type", "task-type"]),
        ("--test", ["hold-out", "test-data", "test-size", "test-split"]),
        ("--threads", ["j", "jobs", "n-jobs", "num-threads", "num-workers", "workers"]),
        ("--validation", ["val", "val-data", "val-split", "valid", "validation-data", "validation-fraction", "validation-split"]),
        ("--weight", ["sample-weight", "sample-weights", "weight-column"]),

        ("sigmoid", ["expit", "logistic", "logsig"]),
        ("identity", ["linear", "none", "purelin"]),
        ("relu", ["poslin", "rectifier"]),
        ("leaky-relu", ["lrelu"]),
        ("tanh", ["hyperbolic-tangent", "tansig"]),

        ("squared", ["l2", "l2-loss", "mean-squared-error", "mse", "mse-loss", "squared-error", "squared-loss"]),
        ("absolute", ["absolute-error", "l1", "l1-loss", "mae", "mean-absolute-error"]),
        ("huber", ["huber-loss", "smooth-l1", "smooth-l1-loss"]),
        ("poisson", ["poisson-nll", "poisson-nll-loss"]),
        ("softmax", ["bce", "bce-loss", "bce-with-logits", "bce-with-logits-loss", "binary-crossentropy", "categorical-crossentropy", "ce", "cross-entropy",
            "cross-entropy-loss", "log-loss", "logistic", "nll", "nll-loss", "sparse-categorical-crossentropy"]),
        ("hinge", ["categorical-hinge", "multi-margin-loss"]),

        ("adam", ["adamax", "nadam", "radam"]),
        ("lbfgs", ["bfgs", "l-bfgs-b"]),
        ("momentum", ["sgd-momentum", "sgdm"]),
        ("nesterov", ["nag"]),
        ("sgd", ["gd", "gradient-descent"]),

        ("cosine", ["cosine-annealing", "cosine-decay"]),
        ("exponential", ["exp", "exponential-decay", "exponential-lr"]),
        ("step", ["multi-step-lr", "piecewise-constant", "step-lr"]),

        ("classification", ["binary", "class", "classifier", "clf", "multiclass"]),
        ("regression", ["reg", "regressor"]),
        ("balanced", ["auto", "balanced-subsample"]),

        ("accuracy", ["acc", "categorical-accuracy"]),
        ("average-precision", ["ap", "auprc", "pr-auc"]),
        ("balanced-accuracy", ["bacc"]),
        ("brier", ["brier-score", "brier-score-loss"]),
        ("calibration-error", ["ece"]),
        ("f1-macro", ["f1", "f1-score"]),
        ("log-loss", ["cross-entropy", "neg-log-loss"]),
        ("mae", ["mean-absolute-error", "neg-mean-absolute-error"]),
        ("mape", ["mean-absolute-percentage-error"]),
        ("matthews", ["matthews-corrcoef", "mcc"]),
        ("r2", ["r-squared", "r2-score", "rsquare"]),
        ("rmse", ["mean-squared-error", "mse", "neg-mean-squared-error", "root-mean-squared-error"]),
        ("roc-auc", ["auc", "auroc", "roc-auc-score"]),
    ];

    // after the table, from which it is made
    static readonly ILookup<string, string> own = table
        .SelectMany(row => row.Others.Select(other => (other, row.Own)))
        .ToLookup(pair => Letters(pair.other), pair => pair.Own);
}
