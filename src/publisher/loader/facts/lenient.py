"""JSON as people and plugins write it: raw line ends in its texts, commas before a closing bracket."""

import json
import re
from typing import Any

_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s{0,1000}[\]}])', re.DOTALL)


def loads(text: str) -> Any:
    """What the document says; ValueError or RecursionError where even so it cannot be read."""
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return json.loads(_COMMA.sub(lambda found: found[1] or "", text), strict=False)
