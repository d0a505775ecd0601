"""Small networks in the form in which scikit-learn's converter writes pipelines of an MLPClassifier or MLPRegressor."""
import numpy as np
from onnx import TensorProto, TypeProto, helper, numpy_helper, save

random = np.random.default_rng(1)
FLOAT, INT64, STRING = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING


def ml(operator, inputs, output, **attributes):
    return helper.make_node(operator, inputs, [output], domain="ai.onnx.ml", **attributes)


def node(operator, inputs, output, **attributes):
    return helper.make_node(operator, inputs, [output], **attributes)


def tensor(name, values, dtype=np.float32):
    return numpy_helper.from_array(np.array(values, dtype), name)


def layers(x, sizes, last):
    """Cast, then MatMul and Add for each layer; the biases are rows."""
    nodes, constants = [node("Cast", [x], "cast", to=FLOAT)], []
    at = "cast"
    for i, (rows, columns) in enumerate(zip(sizes, sizes[1:])):
        constants += [tensor(f"coefficient{i}", random.normal(size=(rows, columns))),
                      tensor(f"intercepts{i}", random.normal(size=(1, columns)))]
        act = last if i == len(sizes) - 2 else "Relu"
        nodes += [node("MatMul", [at, f"coefficient{i}"], f"product{i}"),
                  node("Add", [f"product{i}", f"intercepts{i}"], f"sum{i}"),
                  node(act, [f"sum{i}"], f"activation{i}")]
        at = f"activation{i}"
    return at, nodes, constants


def labels(names, classes):
    """The class of the greatest probability."""
    shape = tensor("shape", [-1], np.int64)
    extracted = [node("ArgMax", ["probabilities"], "index", axis=1),
                 ml("ArrayFeatureExtractor", ["classes", "index"], "extracted"),
                 node("Reshape", ["extracted", "shape"], "label")]
    values = (helper.make_tensor("classes", STRING, [len(names)], [name.encode() for name in names])
              if classes == "strings" else tensor("classes", names, np.int64))
    return extracted, [values, shape]


def write(name, nodes, constants, inputs, outputs):
    graph = helper.make_graph(nodes, name, inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 1)])
    model.ir_version = 8
    save(model, f"{name}.onnx")


def port(name, type, *dimensions):
    return helper.make_tensor_value_info(name, type, dimensions)


# a StandardScaler and three classes with names, as a map
at, nodes, constants = layers("scaled", [4, 5, 3], "Softmax")
scaler = ml("Scaler", ["float_input"], "scaled", offset=[5.8, 3.1, 3.8, 1.2], scale=[1.2, 2.3, 0.6, 1.3])
named, values = labels(["setosa", "versicolor", "virginica"], "strings")
zipped = ml("ZipMap", ["probabilities"], "map", classlabels_strings=["setosa", "versicolor", "virginica"])
kind = TypeProto()
kind.sequence_type.elem_type.map_type.key_type = STRING
kind.sequence_type.elem_type.map_type.value_type.tensor_type.elem_type = FLOAT
maps = helper.make_value_info("map", kind)
write("scikit-names", [scaler, *nodes, node("Identity", [at], "probabilities"), *named, zipped], constants + values,
      [port("float_input", FLOAT, None, 4)], [port("label", STRING, None), maps])

# a Normalizer and two classes, as a tensor
at, nodes, constants = layers("normal", [3, 4, 1], "Sigmoid")
both = [node("Sub", ["one", at], "other"), node("Concat", ["other", at], "probabilities", axis=1)]
named, values = labels([2, 7], "integers")
write("scikit-normalizer", [ml("Normalizer", ["x"], "normal", norm="L2"), *nodes, *both, *named],
      constants + values + [tensor("one", 1.0)], [port("x", FLOAT, None, 3)],
      [port("label", INT64, None), port("probabilities", FLOAT, None, 2)])

# columns of their own: two that are imputed and scaled, one of categories; and a quantity
at, nodes, constants = layers("features", [5, 4, 1], "Identity")
before = [node("Concat", ["age", "height"], "numbers", axis=1),
          ml("Imputer", ["numbers"], "filled", imputed_value_floats=[40.0, 1.7], replaced_value_float=float("nan")),
          ml("Scaler", ["filled"], "scaled", offset=[40.0, 1.7], scale=[0.1, 4.0]),
          ml("OneHotEncoder", ["city"], "hot", cats_int64s=[1, 2, 5], zeros=1),
          node("Reshape", ["hot", "wide"], "cities"),
          node("Concat", ["scaled", "cities"], "features", axis=1)]
write("scikit-columns", [*before, *nodes, node("Reshape", [at, "tall"], "variable")],
      constants + [tensor("wide", [-1, 3], np.int64), tensor("tall", [-1, 1], np.int64)],
      [port("age", FLOAT, None, 1), port("height", FLOAT, None, 1), port("city", INT64, None, 1)],
      [port("variable", FLOAT, None, 1)])

# two quantities
at, nodes, constants = layers("x", [3, 4, 2], "Identity")
write("scikit-quantities", [*nodes, node("Identity", [at], "variable")], constants, [port("x", FLOAT, None, 3)],
      [port("variable", FLOAT, None, 2)])
# a network whose weights and activations are bytes, as onnxruntime's static quantization writes it
random = np.random.default_rng(2)


def quantized(at, name, scale, zero, dtype):
    """Rounds a value to bytes and back."""
    names = [f"{name}_scale", f"{name}_zero"]
    return (f"{name}_real",
            [node("QuantizeLinear", [at, *names], f"{name}_bytes"), node("DequantizeLinear", [f"{name}_bytes", *names], f"{name}_real")],
            [tensor(names[0], scale), tensor(names[1], zero, dtype)])


nodes, constants, at = [], [], "x"
for i, (rows, columns) in enumerate([(3, 5), (5, 2)]):
    at, rounding, values = quantized(at, f"at{i}", 0.02, 0 if i == 0 else -100, np.int8)
    weight = tensor(f"weight{i}_bytes", random.integers(-127, 128, size=(rows, columns)), np.int8)
    scales = [tensor(f"weight{i}_scale", 0.01), tensor(f"weight{i}_zero", 0, np.int8)]
    bias = tensor(f"bias{i}", random.normal(size=columns))
    nodes += [*rounding, node("DequantizeLinear", [tensor.name for tensor in [weight, *scales]], f"weight{i}"),
              node("MatMul", [at, f"weight{i}"], f"product{i}"), node("Add", [f"product{i}", f"bias{i}"], f"sum{i}"),
              node("Relu" if i == 0 else "Identity", [f"sum{i}"], f"y{i}")]
    constants += [*values, weight, *scales, bias]
    at = f"y{i}"
write("quantized-static", nodes, constants, [port("x", FLOAT, None, 3)], [port("y1", FLOAT, None, 2)])

# bytes with a scale from the values of a batch, as onnxruntime's dynamic quantization writes it
weight = tensor("weight", random.integers(-127, 128, size=(3, 2)), np.int8)
write("quantized-dynamic",
      [helper.make_node("DynamicQuantizeLinear", ["x"], ["bytes", "scale", "zero"]),
       node("MatMulInteger", ["bytes", "weight", "zero", "weight_zero"], "integers"),
       node("Cast", ["integers"], "reals", to=FLOAT), node("Mul", ["scale", "weight_scale"], "scales"),
       node("Mul", ["reals", "scales"], "product"), node("Add", ["product", "bias"], "y")],
      [weight, tensor("weight_zero", 0, np.int8), tensor("weight_scale", 0.01), tensor("bias", random.normal(size=2))],
      [port("x", FLOAT, None, 3)], [port("y", FLOAT, None, 2)])

# sums of products as layers, and functions of angles
weights = [tensor("w0", random.normal(size=(3, 4))), tensor("b0", random.normal(size=4)),
           tensor("w1", random.normal(size=(2, 4))), tensor("b1", random.normal(size=2))]
write("einsum",
      [node("Einsum", ["x", "w0"], "product0", equation="...x,xy->...y"), node("Add", ["product0", "b0"], "sum0"),
       node("Atan", ["sum0"], "y0"), node("Einsum", ["y0", "w1"], "product1", equation="bi, oi -> bo"),
       node("Add", ["product1", "b1"], "y")],
      weights, [port("x", FLOAT, None, 3)], [port("y", FLOAT, None, 2)])
