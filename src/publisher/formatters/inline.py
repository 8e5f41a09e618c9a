"""Style sheets moved into `style` attributes, where every mail client reads them: premailer, behind one function.

`<style data-premailer="ignore">` stays as it is: media queries, dark mode and what else cannot be inlined.
"""

import logging
import os
import re
from functools import lru_cache
from typing import Any

# premailer keeps the selectors and declarations of all templates in one cache of 128 places, which a single layout
# fills; it reads this variable when it is imported (premailer/cache.py).
os.environ.setdefault("PREMAILER_CACHE_MAXSIZE", "2048")

import cssutils
from premailer import Premailer

# width, height, align and valign are written in the templates where they are wanted; premailer would put them on
# every element and over the ones that are there.
_KEPT_ATTRIBUTES = ["width", "height", "align", "valign"]
_DOCTYPE = re.compile(r"^\s*<!doctype html\s*>", re.IGNORECASE)
_CLASS = re.compile(r"""\bclass\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_PLAIN_CLASSES = re.compile(r"[\w -]+")
_CLASS_SELECTOR = re.compile(r"\.[\w-]+")


def inline(html: str) -> str:
    """The document with its style sheets inlined; nothing is read from the network or the disk.

    `html` is a whole document. Its doctype stays, in the capitals without which premailer drops it.
    """
    return str(_inliner(_DOCTYPE.sub("<!DOCTYPE html>", html)).transform(pretty_print=False))


class _Offline(Premailer):  # type: ignore[misc]
    """Premailer whose style sheets load nothing, whatever they import, and are read once."""

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> Any:
        rules, leftover = _rules(css_body or "", ruleset_index)
        lists = _class_lists(self.html)
        return [(weight, _exact(selector, lists), bulk) for weight, selector, bulk in rules], leftover

    def _parse_css_string(self, css_body: str, validate: bool = True) -> Any:  # noqa: ARG002, FBT001, FBT002 - premailer's name
        return _QUIET.parseString(css_body)


def _inliner(document: str) -> _Offline:
    return _Offline(
        document,
        strip_important=False,
        disable_basic_attributes=_KEPT_ATTRIBUTES,
        align_floating_images=False,
        allow_network=False,
        disable_validation=True,
        cssutils_logging_level=logging.CRITICAL,
    )


@lru_cache(maxsize=64)
def _rules(css: str, index: int) -> Any:
    """A style sheet's rules as premailer wants them; it would write them out anew for every document."""
    return Premailer._parse_style_rules(_inliner(""), css, index)  # noqa: SLF001


def _class_lists(html: str) -> frozenset[str]:
    """The values of the document's class attributes; empty when one is written in an unusual way."""
    found = frozenset("".join(groups) for groups in _CLASS.findall(html))
    return found if all(_PLAIN_CLASSES.fullmatch(value) for value in found) else frozenset()


def _exact(selector: str, lists: frozenset[str]) -> str:
    """`.a` as `[class="a"],[class="a b"]`: the same elements, found several times as fast."""
    if not lists or not _CLASS_SELECTOR.fullmatch(selector):
        return selector
    same = sorted(value for value in lists if selector[1:] in value.split(" "))
    return ",".join(f'[class="{value}"]' for value in same) or selector


def _nothing(url: str) -> tuple[str, bytes]:  # noqa: ARG001 - cssutils' signature
    """What an imported style sheet is to us (`@import` is followed even with allow_network=False)."""
    return "utf-8", b""


_QUIET = cssutils.CSSParser(fetcher=_nothing, validate=False, loglevel=logging.CRITICAL)
