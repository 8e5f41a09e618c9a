"""Template tags, shortcodes and components that stand raw in a text: filled in where that is certain, else a hole.

A tag alone on its line is furniture. One inside a sentence stood for words: an argument or a field of the front matter
may say which; otherwise `HOLE` stands there, and no sentence with it is ever quoted.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial

from publisher.model import HOLE
from publisher.text import clean

_TAG = re.compile(
    r"\{\{[<%]-?(?P<code>[^{}]{0,1000}?)-?[>%]\}\}|\{%-?(?P<liquid>[^{}]{0,1000}?)-?%\}"
    r"|\{\{-?(?P<out>[^{}]{0,300}?)-?\}\}"
)
_COMPONENT = re.compile(
    r"<(?P<jsx>[A-Z][\w.]{0,60})(?P<args>(?:\s[^<>]{0,500}?)?)/>|(?<!\\)\{(?P<expr>[A-Za-z_$][\w$.?\[\]'\"]{0,100})\}"
)
_KRAMDOWN = re.compile(r"^\{:[^{}\n]*\}\s*$", re.MULTILINE)
_ARGUMENT = re.compile(
    r"([A-Za-z][\w-]{0,40})\s*[=:]\s*(?:\{\s*)?(?:\"([^\"]{1,200})\"|'([^']{1,200})'|“([^”]{1,200})”|`([^`]{1,200})`)"
)
_POSITIONAL = re.compile(r"^\s*(?:\"([^\"]{1,200})\"|'([^']{1,200})'|`([^`]{1,200})`|“([^”]{1,200})”)\s*/?\s*$")
_NAMED = ("name", "title", "text", "film", "movie", "label", "display", "value", "content")
_SPEAKING_NAMES = (
    "film movie title filmtitle movietitle show series star actor actress person people director writer name critic"
    " cast em i b strong italic italics bold q quote text small abbr lang smallcaps"
)
_SPEAKING = frozenset(_SPEAKING_NAMES.split())
"""Tags whose only argument is the words that they print."""
_SILENT = re.compile(
    r"image|img|fig|video|youtube|vimeo|tweet|photo|picture|gallery|audio|spotify|rating|stars?$|score|icon|button"
    r"|\bads?\b|toc|note"
    r"|cite|ref|embed|iframe|map|chart|map|divider|clear|break|hr$|br$|comment",
    re.IGNORECASE,
)
"""Tags whose arguments are no words of the sentence."""
_BARE_NAMES = "raw endraw comment endcomment highlight endhighlight capture endcapture"
_LIQUID_BARE = frozenset(_BARE_NAMES.split())
_CHOOSING = frozenset(["if", "elsif", "else", "endif", "for", "endfor", "case", "when", "unless"])
_CAPTIONED = re.compile(
    r"\[(?P<name>caption|wp_caption|embed|gallery|audio|video|playlist|contact-form(?:-7)?|youtube"
    r"|vimeo)\b[^\]\n]{0,600}\]"
    r"(?:[^\[]{0,600}\[/(?P=name)\])?",
    re.IGNORECASE,
)
_BUILDER = re.compile(
    r"\[/?(?:[a-z][a-z0-9]{0,20}(?:_[a-z0-9]{1,30}){1,6}|caption|embed|gallery|audio|video|playlist|row|column|col"
    r"|section|fusion|divider"
    r"|spacer|clear|button|tabs?|accordion|toggle|dropcap|pullquote|highlight|separator|youtube|vimeo|more)"
    r"(?=[\]\s/])(?:\s[^\[\]\n]{0,600})?/?\]",
)
_SHORTCODE = re.compile(r"\[(?P<name>[a-z][a-z0-9-]{1,30})(?P<args>(?:\s+[a-z][\w-]{0,30}=[^\[\]\n]{1,400})|\s*/)\]")
_CLOSING = re.compile(r"\[/[a-z][a-z0-9_-]{1,30}\]")
_LOOSE_ARGUMENT = re.compile(r"([a-z][\w-]{0,30})=[\"'”“″]([^\"'”“″\]]{1,200})[\"'”“″]")


def filled(text: str, fields: Mapping[str, str] | None = None, *, components: bool = False) -> str:
    """A Markdown text without its tags; `fields` is the front matter by folded names, `components`: it is MDX."""
    if "{" not in text and not components:
        return text
    text = _KRAMDOWN.sub("", text)
    found = _replaced(text, _TAG, partial(_of_tag, text=text, fields=fields or {}))
    if components:
        found = _replaced(found, _COMPONENT, partial(_of_component, fields=fields or {}))
    return found


def without_shortcodes(text: str) -> str:
    """A stretch of a page's text without the raw shortcodes of page builders and galleries, captions with them."""
    if "{{" in text or "{%" in text:
        text = _replaced(text, _TAG, partial(_of_tag, text=text, fields={}))
    if "[" not in text:
        return text
    text = _BUILDER.sub("", _CAPTIONED.sub("", text))
    text = _replaced(text, _SHORTCODE, partial(_of_shortcode, text=text))
    return _CLOSING.sub("", text)


def without_holes(text: str | None) -> str | None:
    """The text, or nothing where a hole is in it."""
    return None if text and HOLE in text else text


def _replaced(text: str, tags: re.Pattern[str], words_of: Callable[[re.Match[str]], str]) -> str:
    """The text with each tag as its words; a line that is nothing but tags becomes empty."""
    out: list[str] = []
    done = 0
    for found in tags.finditer(text):
        out.append(text[done : found.start()])
        out.append("" if _is_alone(text, found, tags) else words_of(found))
        done = found.end()
    out.append(text[done:])
    return "".join(out)


def _is_alone(text: str, found: re.Match[str], tags: re.Pattern[str]) -> bool:
    """Whether the line of a tag holds nothing but tags."""
    begin, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
    end = len(text) if end < 0 else end
    around = text[max(begin, found.start() - 300) : found.start()], text[found.end() : min(end, found.end() + 300)]
    return not any(tags.sub("", part).strip(" \t>*_-|.\ufdd0\ufdd1") for part in around)


def _of_tag(found: re.Match[str], *, text: str, fields: Mapping[str, str]) -> str:
    if found["out"] is not None:
        return _of_path(found["out"].strip(), fields)
    words = (found["code"] if found["code"] is not None else found["liquid"]).strip()
    name, _, rest = words.partition(" ")
    if name in _CHOOSING:
        return HOLE
    if not name or name.startswith(("/", "#", "end")) or name in _LIQUID_BARE:
        return ""
    if f"/{name}" in text or f"end{name}" in text:
        return ""
    if name == "param":
        return _of_path(rest.strip().strip("\"'"), fields)
    if name in ("include", "render", "partial"):
        file, _, rest = rest.strip().partition(" ")
        name = re.sub(r"\.\w+$", "", file.strip("\"',").rpartition("/")[2])
    return _said(name, rest)


def _of_component(found: re.Match[str], *, fields: Mapping[str, str]) -> str:
    if found["expr"]:
        return _of_path(found["expr"], fields)
    return _said(found["jsx"], found["args"])


def _of_shortcode(found: re.Match[str], *, text: str) -> str:
    if f"[/{found['name']}]" in text:
        return ""
    if _SILENT.search(found["name"]):
        return HOLE
    said = dict(_LOOSE_ARGUMENT.findall(found["args"]))
    return next((said[name] for name in _NAMED if name in said), HOLE)


def _said(name: str, arguments: str) -> str:
    """The words that a tag prints by its arguments, where they are certain."""
    if _SILENT.search(name):
        return HOLE
    if (single := _POSITIONAL.match(arguments)) and re.sub(r"[\W_]", "", name).casefold() in _SPEAKING:
        return next(value for value in single.groups() if value)
    said = {key.casefold(): next(filter(None, values)) for key, *values in _ARGUMENT.findall(arguments)}
    return next((said[key] for key in _NAMED if key in said), HOLE)


def _of_path(path: str, fields: Mapping[str, str]) -> str:
    """The field of the front matter that an expression such as `page.title` or `.Params.film` names."""
    plain = re.fullmatch(
        r"(?:\.|[\w$]+\.)?(?:[\w$-]+\.){0,3}([\w$-]+)(?:\s*\|\s*(?:escape|strip|safe|e|markdownify|safeHTML))?", path
    )
    first = path.partition(".")[0].casefold()
    if plain is None or first in ("site", "config", "theme", "global", "props"):
        return HOLE
    value = fields.get(re.sub(r"[\s_-]+", "", plain[1]).casefold(), "")
    value = clean.line(value)
    return value if 0 < len(value) <= 160 and "{" not in value and "<" not in value else HOLE
