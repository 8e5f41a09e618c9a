"""Style sheets moved into `style` attributes, where every mail client reads them: premailer, behind one function.

`<style data-premailer="ignore">` stays as it is: media queries, dark mode and what else cannot be inlined.
"""

import logging
import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any

import cssutils
from lxml import etree

from publisher.errors import TemplateError


def _premailer() -> Any:
    """Premailer without requests, with which it would fetch style sheets: 6 MB and a third of a second for nothing."""
    absent = "requests" not in sys.modules
    if absent:
        sys.modules["requests"] = ModuleType("requests")
    try:
        import premailer.cache
    finally:
        if absent:
            del sys.modules["requests"]
    return premailer


_library = _premailer()
cache = _library.cache.cache
# premailer keeps the selectors and declarations of all documents in one cache of 128 places, which a single layout
# fills; it can be made larger only so, or by an environment variable before its import (premailer/cache.py).
cache._Cache__maxsize = 2048

_CLASS_SELECTOR = re.compile(r"\.[\w-]+")
_SPACE = re.compile(r"([;,]) +")
_PLAIN_CLASSES = re.compile(r"[\w -]+")


def inline(html: str) -> str:
    """The document with its style sheets inlined; nothing is read from the network or the disk.

    `html` is a whole document; it comes back with the doctype of HTML 5, in the capitals that mail clients know.
    """
    # libxml2 reads a str as its own encoding of it, unless it is told.
    page = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8")) if html.strip() else None
    if page is None or page.find("body") is None:
        raise TemplateError("this is not a whole HTML document", do="begin it with <!DOCTYPE html><html>")
    _Offline(page).transform()
    for node in page.iter("*"):
        if style := node.get("style"):
            node.set("style", _tight(style))
    return "<!DOCTYPE html>\n" + str(etree.tostring(page, method="html", encoding="unicode"))


class _Offline(_library.Premailer):  # type: ignore[misc,name-defined]
    """Premailer whose style sheets load nothing, whatever they import, and are read once."""

    def __init__(self, page: Any) -> None:
        super().__init__(
            page,
            strip_important=False,
            align_floating_images=False,
            allow_network=False,
            disable_validation=True,
            cssutils_logging_level=logging.CRITICAL,
        )
        self._classes = {} if page is None else _classes(page)

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> Any:
        rules, leftover = _rules(css_body or "", ruleset_index)
        found = ((weight, _exact(selector, self._classes), bulk) for weight, selector, bulk in rules)
        return [rule for rule in found if rule[1]], leftover

    def _style_to_basic_html_attributes(self, element: Any, style_content: str, force: bool = False) -> None:
        """Nothing: width, align and their like stand in the templates where they are wanted.

        Premailer would put them on every element, where HTML does not know them, and over the ones that are there.
        """

    def _parse_css_string(self, css_body: str, validate: bool = True) -> Any:  # noqa: ARG002 - premailer's signature
        return _QUIET.parseString(css_body)


@lru_cache(maxsize=2048)
def _tight(style: str) -> str:
    """The declarations without the spaces between them, which a digest has thousands of; an address stays as it is."""
    return style if "url(" in style else _SPACE.sub(r"\1", style)


@lru_cache(maxsize=64)
def _rules(css: str, index: int) -> Any:
    """A style sheet's rules as premailer wants them; it would write them out anew for every document."""
    return _library.Premailer._parse_style_rules(_Offline(None), css, index)


def _classes(page: Any) -> Mapping[str, frozenset[str]]:
    """Which elements bear each class, as exact selectors; empty when a class attribute is written unusually."""
    found: dict[str, set[str]] = {}
    for value, tag in {(node.get("class"), node.tag) for node in page.iter("*") if node.get("class")}:
        if not _PLAIN_CLASSES.fullmatch(value):
            return {}
        for name in value.split():
            found.setdefault(name, set()).add(f'{tag}[class="{value}"]')
    return {name: frozenset(selectors) for name, selectors in found.items()}


def _exact(selector: str, classes: Mapping[str, frozenset[str]]) -> str:
    """`.a` as `p[class="a"],td[class="a b"]`, or nothing: the same elements, found three times as fast."""
    if not classes or not _CLASS_SELECTOR.fullmatch(selector):
        return selector
    return ",".join(sorted(classes.get(selector[1:], ())))


def _nothing(url: str) -> tuple[str, bytes]:  # noqa: ARG001 - cssutils' signature
    """What an imported style sheet is to us (`@import` is followed even with allow_network=False)."""
    return "utf-8", b""


_QUIET = cssutils.CSSParser(fetcher=_nothing, validate=False, loglevel=logging.CRITICAL)
