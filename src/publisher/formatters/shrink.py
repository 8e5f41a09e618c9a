"""A picture made small enough for a network: as JPEG, scaled down and compressed no more than it must be."""

from io import BytesIO

from PIL import Image

from publisher.formatters import still

_SIDES = (2000, 1600, 1200, 800, 400)
_QUALITIES = (88, 75, 60)


def to_jpeg(data: bytes, *, most: int) -> bytes | None:
    """The picture within `most` bytes: unchanged when it is a JPEG that fits; None when it is no usable picture.

    Position and camera data of a changed picture are left out.
    """
    if data.startswith(b"\xff\xd8\xff") and len(data) <= most:
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
