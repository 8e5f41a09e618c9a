"""A picture made small enough for a network: as JPEG, scaled down and compressed no more than it must be."""

from io import BytesIO

from PIL import Image

from publisher.formatters.cards import still

_SIDES = (2000, 1600, 1200, 800, 400)
_QUALITIES = (88, 75, 60)


def to_jpeg(data: bytes, *, most: int) -> bytes | None:
    """The picture within `most` bytes: unchanged when it is a whole JPEG that fits and says nothing of its camera.

    Position and camera data of any other are left out. None when it is no usable picture.
    """
    if data.startswith(b"\xff\xd8\xff") and len(data) <= most and _is_plain(data):
        return data
    try:
        picture = still.upright(data)
    except still.Unusable:
        return None
    for side in _SIDES:
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            out = BytesIO()
            picture.save(out, "JPEG", quality=quality)
            if out.tell() <= most:
                return out.getvalue()
    return None


def _is_plain(data: bytes) -> bool:
    try:
        with Image.open(BytesIO(data)) as picture:
            picture.load()
            return not picture.getexif()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
