"""Photos from phones: decoded, turned upright, made small and written anew, so that no EXIF, place or payload survives."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 60_000_000  # the largest phone cameras of today; a bomb claims far more


class PhotoError(ValueError):
    """This is no photo that we take; the text says why."""


@dataclass(frozen=True)
class Photo:
    """A JPEG without metadata."""

    content: bytes
    width: int
    height: int


def clean_photo(raw: bytes, longest_side: int) -> Photo:
    """Re-encode a photo so that its longest side has at most `longest_side` pixels. Raises PhotoError."""
    upright = _upright(raw, longest_side, "RGB")
    upright.thumbnail((longest_side, longest_side))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=80, optimize=True)
    return Photo(out.getvalue(), upright.width, upright.height)


def clean_drawing(raw: bytes, longest_side: int) -> bytes:
    """What somebody drew, as a PNG in grey on white without metadata, at most so many pixels a side. Raises PhotoError."""
    drawn = _upright(raw, longest_side, "RGBA")
    drawn.thumbnail((longest_side, longest_side))
    # A canvas is clear where nobody drew, and would become black.
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    out = io.BytesIO()
    paper.convert("L").save(out, "PNG", optimize=True)
    return out.getvalue()


def clean_page(raw: bytes, longest_side: int) -> bytes:
    """A paper that was photographed or taken from a screen, as a JPEG on white without metadata. Raises PhotoError."""
    seen = _upright(raw, longest_side, "RGBA")
    seen.thumbnail((longest_side, longest_side))
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen)
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


def _upright(raw: bytes, longest_side: int, mode: str) -> Image.Image:
    try:
        return _decoded(raw, longest_side).convert(mode)
    except PhotoError:
        raise
    except UnidentifiedImageError as error:
        raise PhotoError("Only JPEG, PNG and WebP photos can be taken.") from error
    except Exception as error:
        # Decoders fail on broken input in more ways than they say: TypeError and struct.error among them. All the work
        # here is on the caller's bytes, so whatever goes wrong is the photo.
        raise PhotoError("The photo is broken.") from error


def _decoded(raw: bytes, longest_side: int) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        image = Image.open(io.BytesIO(raw), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise PhotoError("The photo has too many pixels.")
        # A JPEG decodes straight to a smaller size: a fraction of the time and memory.
        image.draft("RGB", (longest_side * 2, longest_side * 2))
        return ImageOps.exif_transpose(image)
