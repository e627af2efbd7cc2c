"""Pictures drawn anew: the same to the eye, without the place, the time, the camera and the words written into them."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST = 8 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000
WIDEST, HIGHEST = 2000, 8000  # a long screenshot stays readable
_FORMATS = ("JPEG", "PNG", "WEBP")
_UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)

TOO_LARGE = "This file is larger than 8 MB. Choose a smaller one, or a part of the picture."
TOO_MANY = "This picture has more than 40 million points. Make it smaller, then choose it again."
NOT_ONE = "This is not a picture that can be shown here. Choose a JPEG, PNG or WebP file."
BROKEN = "This picture can’t be read to its end. Save it anew, then choose it again."


class NoPicture(Exception):
    """What was given can't be used; the message says why, to the person who chose it."""


@dataclass(frozen=True, slots=True)
class Picture:
    media_type: str
    width: int
    height: int
    content: bytes


def redraw(content: bytes) -> Picture:
    """The picture in a JPEG, PNG or WebP file as a new file that holds nothing else. Raises NoPicture.

    What it is follows from its content alone. The size is known from its first bytes, before anything is unpacked.
    """
    if len(content) > LARGEST:
        raise NoPicture(TOO_LARGE)
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as seen:
            if seen.width * seen.height > MOST_PIXELS:
                raise NoPicture(TOO_MANY)
            seen.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise NoPicture(TOO_MANY) from bomb
    except _UNREADABLE as problem:
        raise NoPicture(NOT_ONE) from problem
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as read:  # verifying has used the first one up
            kind = read.format
            read.draft("RGB", (WIDEST, HIGHEST))  # a JPEG far too large is read smaller at once
            plain = _plain(read)
    except _UNREADABLE as problem:
        raise NoPicture(BROKEN) from problem
    return _written(plain, kind == "PNG" or plain.mode in {"RGBA", "LA"})


def _plain(read: Image.Image) -> Image.Image:
    """The points alone, upright, and no wider than a page: whatever else the file said stays behind."""
    upright = _upright(read)
    if upright.mode.startswith("I"):  # sixteen bits a point
        upright = upright.point(lambda value: value / 256).convert("L")
    has_alpha = upright.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in upright.info
    points = upright.convert("RGBA" if has_alpha else "RGB")
    points.thumbnail((WIDEST, HIGHEST))
    fresh = Image.new(points.mode, points.size)
    fresh.paste(points)
    return fresh


def _upright(read: Image.Image) -> Image.Image:
    """Turned as its camera says; as it lies where that can’t be read."""
    read.load()
    try:
        return ImageOps.exif_transpose(read)
    except (*_UNREADABLE, KeyError, TypeError):
        return read


def _written(plain: Image.Image, as_png: bool) -> Picture:
    kept = BytesIO()
    if as_png:
        plain.save(kept, "PNG")
    else:
        plain.save(kept, "JPEG", quality=86, optimize=True)
    return Picture("image/png" if as_png else "image/jpeg", plain.width, plain.height, kept.getvalue())
