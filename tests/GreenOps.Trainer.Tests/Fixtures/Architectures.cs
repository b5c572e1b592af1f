namespace GreenOps.Trainer.Tests.Fixtures;

internal static class Architectures
{
    public static ArchitectureSpec Of(string name) => name switch
    {
        "cnn" => new() { Cnn = new CnnSpec { Filters = [6, 8], KernelSize = 3, PoolSize = 2 } },
        "branched" => new() { Cnn = new CnnSpec { Filters = [6, 8], KernelSize = 3, PoolSize = 2, EarlyExit = new EarlyExitSpec(0.6) } },
        "lstm" => new() { Rnn = new RnnSpec { Cell = RnnCell.Lstm, HiddenSize = 24, Layers = 1, Bidirectional = false } },
        "gru" => new() { Rnn = new RnnSpec { Cell = RnnCell.Gru, HiddenSize = 24, Layers = 1, Bidirectional = false } },
        "deep lstm" => new() { Rnn = new RnnSpec { Cell = RnnCell.Lstm, HiddenSize = 5, Layers = 2, Bidirectional = true } },
        "deep gru" => new() { Rnn = new RnnSpec { Cell = RnnCell.Gru, HiddenSize = 5, Layers = 2, Bidirectional = true } },
        "transformer" => new() { Transformer = new TransformerSpec { ModelSize = 24, Heads = 4, Layers = 1, FeedForwardSize = 32 } },
        "odd transformer" => new() { Transformer = new TransformerSpec { ModelSize = 9, Heads = 3, Layers = 2, FeedForwardSize = 7 } },
        "pruned transformer" => new() { Transformer = new TransformerSpec { ModelSize = 9, Heads = 2, HeadSize = 3, Layers = 2, FeedForwardSize = 7 } },
        "dropping cnn" => new() { Cnn = new CnnSpec { Filters = [8], KernelSize = 3, PoolSize = 2, HiddenSizes = [32], Dropout = 0.5 } },
        "dropping mlp" => new() { Mlp = new MlpSpec([32]) { Dropout = 0.5 } },
        "dropping transformer" => new() { Transformer = new TransformerSpec { ModelSize = 24, Heads = 4, Layers = 1, FeedForwardSize = 32, Dropout = 0.3 } },
        "mlp" => new() { Mlp = new MlpSpec([32]) },
        _ => new() { Mlp = new MlpSpec([]) },
    };
}
