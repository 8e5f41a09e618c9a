"""The reader's network as one ONNX file: the first layers of an MPNet encoder, in small whole steps or as they were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from typing import Any

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

Array = np.ndarray[Any, Any]
Tensors = Callable[[str], Array]

HEADS = 12
WIDE = 768
REACH = 256
"""Tokens of a window at most."""
_STEPS = 63
"""Whole steps on each side of nought: seven bits, so that no processor's sums of products run over."""


@dataclass
class Graph:
    """Nodes and constants as they are made, in order."""

    small: bool
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def add(self, kind: str, *inputs: str, outputs: int = 1, **words: Any) -> Any:
        """One operation; the name of its result, or the names."""
        made = [f"v{len(self.nodes)}_{number}" for number in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), made, **words))
        return made[0] if outputs == 1 else made

    def constant(self, value: Array) -> str:
        """The name of a constant."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def line(self, state: str, weight: Array, bias: Array) -> str:
        """`state @ weight + bias`, the weight in seven bits a column where the graph is small."""
        if not self.small:
            return str(self.add("Add", self.add("MatMul", state, self.constant(weight)), self.constant(bias)))
        whole, scale = in_steps(weight, axis=0)
        packed, step, zero = self.add("DynamicQuantizeLinear", state, outputs=3)
        product = self.add("MatMulInteger", packed, self.constant(whole), zero)
        product = self.add("Cast", product, to=TensorProto.FLOAT)
        product = self.add("Mul", product, self.add("Mul", step, self.constant(scale)))
        return str(self.add("Add", product, self.constant(bias)))

    def table(self, rows: Array, places: str) -> str:
        """The rows of a table at these places."""
        if not self.small:
            return str(self.add("Gather", self.constant(rows), places))
        scale = np.maximum(np.abs(rows).max(1, keepdims=True), 1e-9) / 127
        whole = np.rint(rows / scale).astype(np.int8)
        found = self.add("Cast", self.add("Gather", self.constant(whole), places), to=TensorProto.FLOAT)
        return str(self.add("Mul", found, self.add("Gather", self.constant(scale.astype(np.float32)), places)))


def in_steps(weight: Array, *, axis: int) -> tuple[Array, Array]:
    """A matrix in whole steps, and the size of a step for each column."""
    scale = np.maximum(np.abs(weight).max(axis), 1e-9) / _STEPS
    return np.rint(weight / scale).astype(np.int8), scale.astype(np.float32)


def build(get: Tensors, kept: Sequence[int], layers: Sequence[int], *, small: bool) -> ModelProto:
    """Numbers of pieces in, the states after each of `layers` out; only the pieces `kept` are known."""
    graph = Graph(small)
    last = max(layers)
    words = get("embeddings.word_embeddings.weight")[list(kept)]
    places = get("embeddings.position_embeddings.weight")[2 : 2 + REACH]
    state = graph.add("Add", graph.table(words, "pieces"), graph.table(places, "places"))
    state = normed(graph, get, "embeddings.LayerNorm", state)
    pull = apart(get("encoder.relative_attention_bias.weight"))
    near = graph.add("Transpose", graph.add("Gather", graph.constant(pull), "apart"), perm=[2, 0, 1])
    outputs = []
    for number in range(last):
        state = layer(graph, get, f"encoder.layer.{number}.", state, near)
        if number + 1 in layers:
            outputs.append(state)
    numbers = [
        helper.make_tensor_value_info(name, TensorProto.INT64, shape)
        for name, shape in (("pieces", ["size"]), ("places", ["size"]), ("apart", ["size", "size"]))
    ]
    told = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["size", WIDE]) for name in outputs]
    body = helper.make_graph(graph.nodes, "reader", numbers, told, graph.constants)
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def layer(graph: Graph, get: Tensors, name: str, state: str, near: str) -> str:
    """One layer: every token looks at all others, then thinks for itself."""
    seen = attention(graph, get, f"{name}attention.attn.", state, near)
    state = normed(graph, get, f"{name}attention.LayerNorm", graph.add("Add", seen, state))
    inner = graph.line(state, get(f"{name}intermediate.dense.weight").T, get(f"{name}intermediate.dense.bias"))
    inner = graph.add("Gelu", inner)
    inner = graph.line(inner, get(f"{name}output.dense.weight").T, get(f"{name}output.dense.bias"))
    return normed(graph, get, f"{name}output.LayerNorm", graph.add("Add", inner, state))


def attention(graph: Graph, get: Tensors, name: str, state: str, near: str) -> str:
    """What each token takes from the others; `near` says how much it minds how far away they are."""
    each = WIDE // HEADS
    parts = [get(f"{name}{one}.weight").T for one in "qkv"]
    biases = [get(f"{name}{one}.bias") for one in "qkv"]
    parts[0], biases[0] = parts[0] / sqrt(each), biases[0] / sqrt(each)
    both = graph.line(state, np.concatenate(parts, 1), np.concatenate(biases))
    shape = graph.constant(np.array([0, 3, HEADS, each], dtype=np.int64))
    both = graph.add("Transpose", graph.add("Reshape", both, shape), perm=[1, 2, 0, 3])
    asked, known, said = graph.add("Split", both, outputs=3, axis=0, num_outputs=3)
    first = graph.constant(np.array([0], dtype=np.int64))
    asked, known, said = (graph.add("Squeeze", one, first) for one in (asked, known, said))
    looks = graph.add("MatMul", asked, graph.add("Transpose", known, perm=[0, 2, 1]))
    looks = graph.add("Softmax", graph.add("Add", looks, near), axis=-1)
    taken = graph.add("Transpose", graph.add("MatMul", looks, said), perm=[1, 0, 2])
    taken = graph.add("Reshape", taken, graph.constant(np.array([0, WIDE], dtype=np.int64)))
    return graph.line(taken, get(f"{name}o.weight").T, get(f"{name}o.bias"))


def normed(graph: Graph, get: Tensors, name: str, state: str) -> str:
    """A state with its mean taken off and its spread made one."""
    weight, bias = (graph.constant(get(f"{name}.{part}")) for part in ("weight", "bias"))
    return str(graph.add("LayerNormalization", state, weight, bias, axis=-1, epsilon=1e-5))


def apart(table: Array) -> Array:
    """For each distance from -255 to 255, how much each head minds it: MPNet's buckets, finer near by."""
    half, exact = len(table) // 2, len(table) // 4
    rows = []
    for distance in range(1 - REACH, REACH):
        size = abs(distance)
        far = exact + int(log(max(1, size) / exact) / log(128 / exact) * (half - exact)) if size >= exact else size
        rows.append(table[half * (distance > 0) + min(half - 1, far)])
    return np.array(rows, dtype=np.float32)
