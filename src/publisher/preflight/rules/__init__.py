"""The rules, a file for each part of a message."""

from publisher.preflight.rules import headers, images, links, mime, structure

__all__ = ["headers", "images", "links", "mime", "structure"]
