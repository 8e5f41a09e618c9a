"""The rules, a file for each part of a message."""

from publisher.preflight.rules import (
    colour,
    footer,
    headers,
    images,
    links,
    lists,
    measured,
    mime,
    preheader,
    reading,
    size,
    structure,
    text,
)

__all__ = [
    "colour",
    "footer",
    "headers",
    "images",
    "links",
    "lists",
    "measured",
    "mime",
    "preheader",
    "reading",
    "size",
    "structure",
    "text",
]
