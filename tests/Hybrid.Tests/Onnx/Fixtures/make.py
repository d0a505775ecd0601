"""Models from other libraries, with inputs and the outputs of those libraries.

Each NAME.onnx comes with NAME.json: {"inputs": [[...]], "outputs": [[...]]}. The models of PyTorch are exported by it; those
in the form that scikit-learn's converter writes are put together here, and their outputs are computed with NumPy.
Needs the packages torch (1.13), onnx (1.12) and numpy. Run in this folder: python3 make.py
"""
import json
import os

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

ROWS = 7


def write_answers(name, inputs, outputs):
    rows = len(inputs)
    numbers = lambda a: [[float(x) for x in row] for row in np.asarray(a, np.float32).reshape(rows, -1)]
    with open(name + ".json", "w") as file:
        json.dump({"inputs": numbers(inputs), "outputs": numbers(outputs)}, file)
        file.write("\n")


def torch_model(name, model, *shape, opset=17):
    model.eval()
    x = torch.randn(ROWS, *shape)
    torch.onnx.export(
        model, x, name + ".onnx", input_names=["input"], output_names=["output"], opset_version=opset,
        dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}})
    write_answers(name, x.numpy(), model(x).detach().numpy())


class Residual(nn.Module):
    """Layer normalization, and a sum around two layers."""

    def __init__(self):
        super().__init__()
        self.norm, self.wide, self.back, self.out = nn.LayerNorm(4), nn.Linear(4, 6), nn.Linear(6, 4), nn.Linear(4, 2)

    def forward(self, x):
        return self.out(x + self.back(torch.relu(self.wide(self.norm(x)))))


class Sequence(nn.Module):
    """Neurons on the last of three axes, and a form that depends on the batch."""

    def __init__(self):
        super().__init__()
        self.each, self.all = nn.Linear(3, 4), nn.Linear(20, 2)

    def forward(self, x):
        return self.all(torch.tanh(self.each(x)).view(x.size(0), -1))


def settle(model, *shape):
    """Statistics of some batches, so that a batch normalization does something."""
    model.train()
    for _ in range(20):
        model(2 * torch.randn(32, *shape) + 1)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm1d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)
    return model


def torch_models():
    torch.manual_seed(1)
    activations = {
        "relu": nn.ReLU(), "leaky-relu": nn.LeakyReLU(0.2), "prelu": nn.PReLU(5), "elu": nn.ELU(), "selu": nn.SELU(),
        "celu": nn.CELU(0.7), "gelu": nn.GELU(), "sigmoid": nn.Sigmoid(), "hardsigmoid": nn.Hardsigmoid(),
        "tanh": nn.Tanh(), "softplus": nn.Softplus(), "softsign": nn.Softsign(), "silu": nn.SiLU(),
        "relu6": nn.ReLU6(),
    }
    for name, activation in activations.items():
        torch_model("torch-" + name, nn.Sequential(nn.Linear(4, 5), activation, nn.Linear(5, 3)), 4)

    torch_model("torch-softmax", nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3), nn.Softmax(dim=1)), 4)
    torch_model("torch-log-softmax", nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(dim=1)), 4)
    torch_model("torch-binary", nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1), nn.Sigmoid()), 4)
    torch_model("torch-old-softmax", nn.Sequential(nn.Linear(4, 3), nn.Softmax(dim=1)), 4, opset=9)
    torch_model(
        "torch-batch-norm",
        settle(nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(0.3), nn.Linear(6, 3)), 4), 4)
    torch_model("torch-no-bias", nn.Sequential(nn.Linear(4, 5, bias=False), nn.ReLU(), nn.Linear(5, 2)), 4)
    torch_model("torch-residual", Residual(), 4)
    torch_model("torch-flatten", nn.Sequential(nn.Flatten(), nn.Linear(12, 4), nn.ReLU(), nn.Linear(4, 2)), 1, 3, 4)
    torch_model("torch-sequence", Sequence(), 5, 3)


def save(name, nodes, initializers, outputs, inputs, answers, opset=15):
    tensors = [numpy_helper.from_array(np.asarray(value), key) for key, value in initializers.items()]
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, inputs.shape[1]])],
        [helper.make_tensor_value_info(key, kind, shape) for key, kind, shape in outputs], tensors)
    model = helper.make_model(graph, producer_name="hand", opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, name + ".onnx")
    write_answers(name, inputs, answers)


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def scikit_models():
    random = np.random.RandomState(2)
    draw = lambda *shape: random.randn(*shape).astype(np.float32)
    inputs, mean, scale = draw(ROWS, 4) * 3 + 1, draw(4), np.abs(draw(4)) + 0.5
    w0, b0, w1, b1 = draw(4, 5), draw(5), draw(5, 3), draw(3)
    hidden = np.maximum((inputs - mean) / scale @ w0 + b0, 0)

    # a scaler and a classifier: labels and probabilities
    save(
        "scikit-classifier",
        [
            helper.make_node("Sub", ["X", "mean"], ["centered"]),
            helper.make_node("Div", ["centered", "scale"], ["scaled"]),
            helper.make_node("Cast", ["scaled"], ["cast"], to=TensorProto.FLOAT),
            helper.make_node("MatMul", ["cast", "coefficient"], ["mul_result"]),
            helper.make_node("Add", ["mul_result", "intercepts"], ["add_result"]),
            helper.make_node("Relu", ["add_result"], ["next_activations"]),
            helper.make_node("MatMul", ["next_activations", "coefficient1"], ["mul_result1"]),
            helper.make_node("Add", ["mul_result1", "intercepts1"], ["add_result1"]),
            helper.make_node("Softmax", ["add_result1"], ["probabilities"], axis=1),
            helper.make_node("ArgMax", ["probabilities"], ["index"], axis=1, keepdims=0),
            helper.make_node("Gather", ["classes", "index"], ["label"], axis=0),
        ],
        {
            "mean": mean, "scale": scale, "coefficient": w0, "intercepts": b0[None], "coefficient1": w1,
            "intercepts1": b1[None], "classes": np.array([0, 1, 2], np.int64),
        },
        [("label", TensorProto.INT64, [None]), ("probabilities", TensorProto.FLOAT, [None, 3])],
        inputs, softmax(hidden @ w1 + b1))

    # the index of the class alone
    save(
        "scikit-index",
        [
            helper.make_node("Gemm", ["X", "w", "b"], ["scores"]),
            helper.make_node("ArgMax", ["scores"], ["label"], axis=1, keepdims=0),
        ],
        {"w": w0, "b": b0}, [("label", TensorProto.INT64, [None])], inputs, (inputs @ w0 + b0).argmax(axis=1))

    # columns picked and put together, a quantity clipped
    picked = np.concatenate([inputs[:, [3, 0]], inputs[:, 1:3] ** 2], axis=1)
    save(
        "scikit-regressor",
        [
            helper.make_node("Gather", ["X", "columns"], ["some"], axis=1),
            helper.make_node("Slice", ["X", "start", "end", "axis"], ["others"]),
            helper.make_node("Pow", ["others", "two"], ["squares"]),
            helper.make_node("Concat", ["some", "squares"], ["features"], axis=1),
            helper.make_node("MatMul", ["features", "w"], ["product"]),
            helper.make_node("Add", ["product", "b"], ["sum"]),
            helper.make_node("Clip", ["sum", "least"], ["variable"]),
        ],
        {
            "columns": np.array([3, 0], np.int64), "start": np.array([1], np.int64), "end": np.array([3], np.int64),
            "axis": np.array([1], np.int64), "two": np.float32(2), "w": w0[:, :1].copy(), "b": b0[:1],
            "least": np.float32(-5),
        },
        [("variable", TensorProto.FLOAT, [None, 1])], inputs, np.maximum(picked @ w0[:, :1] + b0[:1], -5))


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    torch_models()
    scikit_models()
