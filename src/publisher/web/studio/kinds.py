"""Which kind of picture some bytes are, by how they begin."""

# By their first bytes: a picture that could run script (SVG) is never handed out as one.
KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"))


def kind_of(data: bytes) -> str | None:
    """The type of a picture that a browser can draw and nothing more; None for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in KINDS if data.startswith(start)), None)
