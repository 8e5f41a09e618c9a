"""The top-level domains, for telling `example.com` from `e.g.` and `still.jpg`.

Source of tlds.txt: the IANA root zone of 2026 as the Public Suffix List has it, with those that X still links though
they were withdrawn. Unicode forms; an `xn--` form is known by its prefix.
"""

from importlib.resources import files

TLDS = frozenset((files("publisher.text") / "tlds.txt").read_text(encoding="utf-8").split())
