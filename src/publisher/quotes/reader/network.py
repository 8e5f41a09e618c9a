"""The packaged network: a review's title and sentences in, how far each piece of them reaches along fitted axes out.

Seven layers of all-mpnet-base-v2 (NOTICE) in whole steps of seven bits, run by onnxruntime on one thread: the sums of
products are exact on every processor, and what is left of rounding is rounded away before lines are compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.quotes.reader.wordpiece import Pieces, Vocabulary

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

FILE = "network.onnx"
REACH = 256
"""Pieces of a window at most, as the network's tables have places."""
MOST_SENTENCES = 400
"""A longer text is ranked by words alone: a book, not a review."""
KEPT = 24
"""Reviews whose reading is kept: a draft, a proof and a post ask for the same one again."""
_TITLE, _BEFORE, _SENTENCE, _AFTER = 16, 32, 110, 16
_START, _STOP = "<s>", "</s>"
_UNKNOWN = "[UNK]"
_NEEDED = ("numpy", "onnxruntime")


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence as the network read it: where each piece stands (as in `Pieces`), and its reach along each axis."""

    places: tuple[int, ...]
    reach: tuple[tuple[float, ...], ...]

    def within(self, start: int, end: int) -> list[tuple[float, ...]]:
        """The reaches of the pieces from the letter `start` to before the letter `end`; all where there are none."""
        held = [one for place, one in zip(self.places, self.reach, strict=True) if start <= place < end]
        return held or list(self.reach)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the review that is read at once: the pieces, and where each of its sentences lies in them."""

    ids: tuple[int, ...]
    held: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Encoder:
    """The loaded network and the pieces that it knows."""

    session: Any
    vocabulary: Vocabulary

    def states(self, title: str, sentences: Sequence[str]) -> "list[tuple[Pieces, Array]]":
        """Each sentence's pieces and their states."""
        import numpy as np

        cut = [self.vocabulary.cut(text, _SENTENCE) for text in sentences]
        found: list[tuple[Pieces, Array]] = []
        for window in windows(self.vocabulary, self.vocabulary.cut(title, _TITLE), cut):
            order = np.arange(len(window.ids))
            asked = {
                "pieces": np.array(window.ids, dtype=np.int64),
                "places": order,
                "apart": order[None, :] - order[:, None] + REACH - 1,
            }
            (state,) = self.session.run(None, asked)
            found += [(cut[number], state[start : start + size]) for number, start, size in window.held]
        return found


def windows(vocabulary: Vocabulary, title: Pieces, cut: Sequence[Pieces]) -> Iterator[Passage]:
    """The title, the end of the sentence before, as many sentences as fit, the start of the next."""
    start, stop = vocabulary.numbers[_START], vocabulary.numbers[_STOP]
    number = 0
    while number < len(cut):
        ids = [start, *title.ids, stop, stop]
        if number:
            ids += cut[number - 1].ids[-_BEFORE:]
        held: list[tuple[int, int, int]] = []
        while number < len(cut):
            after = min(_AFTER, len(cut[number + 1].ids)) if number + 1 < len(cut) else 0
            if held and len(ids) + len(cut[number].ids) + after + 1 > REACH:
                break
            held.append((number, len(ids), len(cut[number].ids)))
            ids += cut[number].ids
            number += 1
        if number < len(cut):
            ids += cut[number].ids[:_AFTER]
        yield Passage((*ids, stop), tuple(held))


_off = False


def switch_off() -> None:
    """Rank by words alone from now on, as on a machine that has no room for the network."""
    global _off  # noqa: PLW0603
    _off = True
    forget()


def switch_on() -> None:
    """Read again."""
    global _off  # noqa: PLW0603
    _off = False


def available() -> bool:
    """Whether reviews are read by the network here."""
    return not _off and _installed()


@cache
def _installed() -> bool:
    return all(find_spec(name) is not None for name in _NEEDED)


def tell(title: str, sentences: Sequence[str], axes: Sequence[Sequence[float]]) -> tuple[Told, ...]:
    """How far each piece of each sentence reaches along each axis; nothing for a text too long or without a network."""
    if not sentences or len(sentences) > MOST_SENTENCES or not available():
        return ()
    return _told(title, tuple(sentences), tuple(map(tuple, axes)))


@lru_cache(maxsize=KEPT)
def _told(title: str, sentences: tuple[str, ...], axes: tuple[tuple[float, ...], ...]) -> tuple[Told, ...]:
    import numpy as np

    along = np.array(axes, dtype=np.float32).T
    return tuple(
        Told(pieces.places, tuple(map(tuple, (state @ along).tolist())))
        for pieces, state in load().states(title, sentences)
    )


def forget() -> None:
    """Let go of the network and of what it has read."""
    load.cache_clear()
    _told.cache_clear()


@cache
def load() -> Encoder:
    """The packaged network, read once."""
    from importlib.resources import as_file, files

    with as_file(files("publisher.quotes.reader").joinpath(FILE)) as path:
        return read_network(path)


def read_network(packed: Path | bytes) -> Encoder:
    """A network from its file (or the bytes of it), which holds its vocabulary too."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        packed if isinstance(packed, bytes) else str(packed), options, providers=["CPUExecutionProvider"]
    )
    pieces = session.get_modelmeta().custom_metadata_map["pieces"].split("\n")
    numbers: Mapping[str, int] = {piece: number for number, piece in enumerate(pieces)}
    return Encoder(session, Vocabulary(numbers, numbers[_UNKNOWN]))
