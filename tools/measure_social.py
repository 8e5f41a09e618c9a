"""Prints how much of the networks' own conformance data the counting and facet code passes.

    .venv/bin/python tools/measure_social.py [CORPUS]        # default: $PUBLISHER_CORPUS or ../shared

Each suite is a list of (case, passed). The data are other projects' and stay outside of the project.
"""

import json
import os
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from publisher.formatters import post
from publisher.model import Facet, Quote, Review
from publisher.providers import social
from publisher.text import clean, clip, count, facets, graphemes, mastodon, twitter

Results = Iterator[tuple[str, bool]]


def weighted(corpus: Path) -> Results:
    """twitter-text validate.yml: 20 counts by configuration v2, 22 by v3 and 2 with direction marks."""
    tests = _yaml(corpus, "validate.yml")
    for suite, emoji_as_one in (
        ("WeightedTweetsCounterTest", False),
        ("WeightedTweetsWithDiscountedEmojiCounterTest", True),
        ("UnicodeDirectionalMarkerCounterTest", True),
    ):
        for case in tests[suite]:
            length = twitter.length(case["text"], emoji_as_one=emoji_as_one)
            valid = 0 < length <= twitter.LIMIT and not twitter.invalid_characters(case["text"])
            want = case["expected"]
            yield case["description"], (length, valid) == (want["weightedLength"], want["valid"])


def extracted_urls(corpus: Path) -> Results:
    """twitter-text extract.yml: URLs, their places, those between direction marks and t.co ones."""
    tests = _yaml(corpus, "extract.yml")
    for suite in ("urls", "urls_with_indices", "urls_with_directional_markers", "tco_urls_with_params"):
        for case in tests[suite]:
            found = twitter.urls(case["text"])
            if suite in ("urls_with_indices", "urls_with_directional_markers"):
                got: list[Any] = [{"url": e.value, "indices": [e.start, e.end]} for e in found]
            else:
                got = [e.value for e in found]
            yield case["description"], got == case["expected"]


def top_level_domains(corpus: Path) -> Results:
    """twitter-text tlds.yml: a domain of every country and generic top-level domain is one URL."""
    tests = _yaml(corpus, "tlds.yml")
    for suite in ("country", "generic"):
        for case in tests[suite]:
            yield case["description"], [e.value for e in twitter.urls(case["text"])] == case["expected"]


def extracted_names(corpus: Path) -> Results:
    """twitter-text extract.yml: mentions, lists, tags and cashtags (beyond what is asked)."""
    tests = _yaml(corpus, "extract.yml")
    for suite, kinds in (
        ("mentions", ("mention",)),
        ("mentions_with_indices", ("mention",)),
        ("hashtags", ("tag",)),
        ("hashtags_from_astral", ("tag",)),
        ("hashtags_with_indices", ("tag",)),
        ("cashtags", ("cashtag",)),
        ("cashtags_with_indices", ("cashtag",)),
    ):
        find: Callable[[str], list[twitter.Entity]]
        find = {"mention": twitter.mentions, "tag": twitter.tags, "cashtag": twitter.cashtags}[kinds[0]]
        for case in tests.get(suite, ()):
            found = [e for e in find(case["text"]) if e.kind in kinds]
            if suite.endswith("indices"):
                got = [(e.value, e.start, e.end) for e in found]
                want = [(next(v for k, v in w.items() if k != "indices"), *w["indices"]) for w in case["expected"]]
                yield case["description"], got == want
            else:
                yield case["description"], [e.value for e in found] == case["expected"]


def bluesky_segments(corpus: Path) -> Results:
    """Atproto rich text: links, bare domains and mentions cut a text into the expected pieces."""
    for case in _richtext(corpus)["segments"]:
        want = [(piece[0], piece[1] if len(piece) > 1 else "") for piece in case["segments"]]
        found = [f for f in facets.find(case["text"], "bluesky") if f.kind != "tag"]
        yield case["text"], _pieces(case["text"], found) == want


def bluesky_tags(corpus: Path) -> Results:
    """Atproto rich text: tags with their byte ranges."""
    yield from _tags(corpus, "tags")


def bluesky_cashtags(corpus: Path) -> Results:
    """Atproto rich text: cashtags with their byte ranges."""
    yield from _tags(corpus, "cashtags")


def bluesky_lengths(corpus: Path) -> Results:
    """Atproto rich text: bytes and graphemes."""
    for case in _richtext(corpus)["lengths"]:
        got = (count.utf8(case["text"]), count.graphemes(case["text"]))
        yield case["text"], got == (case["bytes"], case["graphemes"])


def mastodon_lengths(corpus: Path) -> Results:
    """Mastodon: which statuses its validator takes."""
    data = json.loads((corpus / "data/conformance/mastodon/status_length.json").read_text())
    for case in data["cases"]:
        text = "".join(part * times for part, times in case.get("parts", ()))
        spoiler = "".join(case["spoiler"][:1]) * case["spoiler"][1] if "spoiler" in case else ""
        yield case["name"], (mastodon.length(text, spoiler=spoiler) <= data["limit"]) == case["ok"]


def grapheme_breaks(corpus: Path) -> Results:
    """Unicode's GraphemeBreakTest 15.0."""
    for line in _lines(corpus, "GraphemeBreakTest-15.0.0.txt"):
        want = ["".join(chr(int(c, 16)) for c in part.split(" × ")) for part in line.strip(" ÷").split(" ÷ ")]
        yield line, graphemes.split("".join(want)) == want


def emoji(corpus: Path) -> Results:
    """Unicode's emoji-test 15.0: each is one grapheme."""
    for line in _lines(corpus, "emoji-test-15.0.txt"):
        text = "".join(chr(int(c, 16)) for c in line.partition(";")[0].split())
        yield line, count.graphemes(text) == 1


def emoji_on_x(corpus: Path) -> Results:
    """Unicode's emoji-test 15.0: each weighs two on X (beyond what is asked)."""
    for line in _lines(corpus, "emoji-test-15.0.txt"):
        text = "".join(chr(int(c, 16)) for c in line.partition(";")[0].split())
        yield line, twitter.length(text) == 2


def mixed_texts(number: int = 500, *, seed: int = 7) -> list[str]:
    """Texts of 1 to 120 pieces: words of many scripts, emoji, stars, quotation marks, tags, handles, addresses."""
    dice = random.Random(seed)  # noqa: S311 - the same texts every time
    words = """
        quiet film harbour slow never sorry unwiederbringlich naïve e\u0301te\u0301
        静かな映画がとても好きです。 아주조용한영화 Тихая вода שקט מאוד فيلم هادئ हिन्दी ไทยเงียบ 😂 ❤️
        👨‍👩‍👧‍👧 🏳️‍🌈 👍🏽 ★★★★½ ★★ “slow hand” ‘real’ «fin» (odd) don’t — …
        #Noir #静か @mara.example.com @mara@films.example e.g. still.jpg films.example.com/a 4½ 84/100
    """
    pieces = [*words.split(), *("https://films.example.com/" + "long-path/" * size for size in (1, 3, 6, 12, 20))]
    return [
        "".join(dice.choice(pieces) + dice.choice("    \n") for _ in range(dice.randrange(1, 120))).strip()
        for _ in range(number)
    ]


def shortened(network: str) -> Callable[[Path], Results]:
    """Our own 500 mixed texts as quotes: within the network's limit by its count, and nothing cut that is one."""

    def suite(_: Path) -> Results:
        rules = social.rules_for(network)
        for text in mixed_texts():
            review = Review(id="a", source="s", headline="Ashes of the Tide", url="https://films.example.com/ashes")
            made = post.compose(review, quotes=[Quote(text=text, spans=())], rules=rules)
            yield text, not made.problems and count.fits(made.text, rules) and _whole(clean.line(text), made.text)

    return suite


SUITES: dict[str, tuple[Callable[[Path], Results], int]] = {
    "twitter-text weighted length": (weighted, 44),
    "twitter-text URLs": (extracted_urls, 108),
    "twitter-text top-level domains": (top_level_domains, 1574),
    "twitter-text mentions, tags, cashtags": (extracted_names, 0),
    "atproto facet segments": (bluesky_segments, 40),
    "atproto tags": (bluesky_tags, 39),
    "atproto cashtags": (bluesky_cashtags, 18),
    "atproto lengths": (bluesky_lengths, 3),
    "Mastodon status length": (mastodon_lengths, 10),
    "GraphemeBreakTest 15.0": (grapheme_breaks, 602),
    "emoji-test 15.0 as one": (emoji, 4733),
    "emoji-test 15.0 weight 2 on X": (emoji_on_x, 0),
} | {f"500 mixed texts on {network}": (shortened(network), 500) for network in social.networks()}


def _whole(said: str, text: str) -> bool:
    """Whether what was kept of a quote ends where a grapheme and a word of it end."""
    shown = text.partition("\n\n")[0]
    if "…" not in shown or shown in (said, f"“{said}”"):
        return True
    kept = shown[: shown.rindex("…")]
    kept = kept if said.startswith(kept) else kept.removeprefix("“")
    rest = said.removeprefix(kept)
    ends = graphemes.split(said)[: count.graphemes(kept)] == graphemes.split(kept)
    at_word = not kept or clip.may_end(graphemes.split(kept)[-1], graphemes.split(rest or " ")[0]) or _loose(rest)
    return said.startswith(kept) and ends and at_word


def _loose(rest: str) -> bool:
    """Whether what follows is only punctuation up to the next space."""
    return not any(c.isalnum() for c in rest.split(" ")[0])


def _yaml(corpus: Path, name: str) -> dict[str, list[dict[str, Any]]]:
    tests: dict[str, list[dict[str, Any]]] = yaml.safe_load(
        (corpus / "data/conformance/twitter-text" / name).read_text(encoding="utf-8")
    )["tests"]
    return tests


def _richtext(corpus: Path) -> dict[str, list[dict[str, Any]]]:
    data: dict[str, list[dict[str, Any]]] = json.loads(
        (corpus / "data/conformance/atproto/richtext-detection.json").read_text(encoding="utf-8")
    )
    return data


def _lines(corpus: Path, name: str) -> Iterator[str]:
    for line in (corpus / "data/conformance/unicode" / name).read_text(encoding="utf-8").splitlines():
        content = line.partition("#")[0].replace("\t", " ").strip()
        if content:
            yield re.sub(" +", " ", content)


def _pieces(text: str, found: list[Facet]) -> list[tuple[str, str]]:
    data, position, pieces = text.encode(), 0, []
    for facet in found:
        if facet.start > position:
            pieces.append((data[position : facet.start].decode(), ""))
        value = f"did:fake:{facet.value}" if facet.kind == "mention" else facet.value
        pieces.append((data[facet.start : facet.end].decode(), value))
        position = facet.end
    return [*pieces, (data[position:].decode(), "")] if position < len(data) else pieces


def _tags(corpus: Path, suite: str) -> Results:
    for case in _richtext(corpus)[suite]:
        want = list(zip(case["tags"], ((i["byteStart"], i["byteEnd"]) for i in case["idx"]), strict=True))
        found = [f for f in facets.find(case["text"], "bluesky") if f.kind == "tag"]
        yield case["text"], [(f.value, (f.start, f.end)) for f in found] == want


def main(corpus: Path, *, verbose: bool) -> int:
    """Print a line per suite; 1 when one that must be whole is not."""
    short = 0
    for name, (suite, must) in SUITES.items():
        results = list(suite(corpus))
        passed = sum(ok for _, ok in results)
        print(f"{name:40} {passed:5}/{len(results)}")
        for case, ok in results:
            if verbose and not ok:
                print("    ", case[:150])
        short += bool(must) and (passed, len(results)) != (must, must)
    return 1 if short else 0


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "-v"]
    folder = Path(arguments[0] if arguments else os.environ.get("PUBLISHER_CORPUS", "../shared"))
    sys.exit(main(folder, verbose="-v" in sys.argv))
