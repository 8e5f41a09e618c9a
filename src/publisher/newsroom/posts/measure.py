"""What a network makes of a text: its length, whether it fits, and which stretches become live."""

from pathlib import Path
from typing import Any

from publisher.model import ChannelRules
from publisher.newsroom.jsonl import answer_file
from publisher.providers.social import rules_for
from publisher.text import count, facets, twitter


def measure(network: str, text: str, *, spoiler: str | None = None) -> dict[str, Any]:
    """The measurement in the shape of `measure --json`; offsets in UTF-8 bytes, the length in the network's unit.

    `spoiler` is a content warning, which counts with the text. Raises UsageError for a network that is not known.
    """
    rules = rules_for(network)
    problems = _problems(text, rules, spoiler or "")
    return {
        "network": rules.network,
        "length": count.length(text, rules, spoiler=spoiler or ""),
        "limit": rules.limit,
        "valid": not problems,
        "facets": [
            {"start": f.start, "end": f.end, "kind": f.kind, "value": f.value}
            for f in facets.find(text, rules.entities)
        ],
        "problems": problems,
    }


def measure_file(network: str, source: Path, out: Path) -> int:
    """Measure each `{"id", "text"}` line of a file, a `spoiler` with it; how many there were."""

    def answer(record: dict[str, Any]) -> dict[str, Any]:
        return {"id": record.get("id"), **measure(network, record["text"], spoiler=record.get("spoiler"))}

    rules_for(network)
    return answer_file(source, out, answer)


def _problems(text: str, rules: ChannelRules, spoiler: str) -> list[str]:
    found = []
    if not text.strip():
        found.append("there is no text")
    length = count.length(text, rules, spoiler=spoiler)
    if length > rules.limit:
        found.append(f"{length - rules.limit} over the limit of {rules.limit}")
    if rules.max_bytes is not None and (size := count.utf8(text)) > rules.max_bytes:
        found.append(f"{size} bytes of {rules.max_bytes}")
    if rules.count == "weighted" and twitter.invalid_characters(text):
        found.append("it holds a character that the network refuses (U+FEFF, U+FFFE or U+FFFF)")
    return found
