"""The optional sentence vectors: a tiny invented model, run by the real code."""

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, pre_tokenizers

from publisher.quotes import vectors

SIZE, HEADS = 8, 2
WORDS = ["[UNK]", "the", "film", "is", "warm", "and", "funny", "it", "never", "drags", "a", "ball", "bounces"]
SENTENCES = ["the film is warm and funny", "it never drags", "a ball bounces"]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> vectors.Encoder:
    folder = tmp_path_factory.mktemp("model")
    tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    save_file(invented_weights(), str(folder / "model.safetensors"))
    return vectors.read_encoder(folder, heads=HEADS)


def invented_weights() -> dict[str, "np.ndarray[tuple[int, ...], np.dtype[np.float32]]"]:
    random = np.random.default_rng(7)

    def made(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        return random.normal(size=shape).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": made(120, SIZE),
        "embeddings.position_embeddings.weight": made(400, SIZE),
        "embeddings.token_type_embeddings.weight": made(2, SIZE),
        "embeddings.LayerNorm.weight": made(SIZE),
        "embeddings.LayerNorm.bias": made(SIZE),
    }
    shapes = {
        "attention.self.query": (SIZE, SIZE),
        "attention.self.key": (SIZE, SIZE),
        "attention.self.value": (SIZE, SIZE),
        "attention.output.dense": (SIZE, SIZE),
        "intermediate.dense": (2 * SIZE, SIZE),
        "output.dense": (SIZE, 2 * SIZE),
    }
    for layer in range(4):
        head = f"encoder.layer.{layer}."
        for name, shape in shapes.items():
            found |= {f"{head}{name}.weight": made(*shape), f"{head}{name}.bias": made(shape[0])}
        for name in ("attention.output", "output"):
            found |= {f"{head}{name}.LayerNorm.weight": made(SIZE), f"{head}{name}.LayerNorm.bias": made(SIZE)}
    return found


def test_each_sentence_has_a_vector_and_the_same_one_every_time(encoder: vectors.Encoder) -> None:
    first = encoder.of(SENTENCES)
    assert first.shape == (3, SIZE)
    assert np.isfinite(first).all()
    assert (first == encoder.of(SENTENCES)).all()


def test_a_sentence_is_read_among_its_neighbours(encoder: vectors.Encoder) -> None:
    after_film = encoder.of([SENTENCES[0], SENTENCES[1]])[1]
    after_ball = encoder.of([SENTENCES[2], SENTENCES[1]])[1]
    assert not np.allclose(after_film, after_ball)


def test_a_stretch_is_read_apart_from_the_next_one(encoder: vectors.Encoder) -> None:
    long = [" ".join([SENTENCES[0]] * 20)] * 3
    assert np.allclose(encoder.of(long)[0], encoder.of(long[:1])[0], atol=1e-4)


def test_a_sentence_without_words_has_a_vector(encoder: vectors.Encoder) -> None:
    assert np.isfinite(encoder.of(["", SENTENCES[0]])).all()


def test_a_very_long_review_is_ranked_by_words() -> None:
    assert vectors.project(["The film is warm."] * (vectors.MOST_SENTENCES + 1), {"ranking": [0.0] * SIZE}) == ()
