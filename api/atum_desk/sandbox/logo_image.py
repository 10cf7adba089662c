"""A logo made of an image that somebody uploaded: decoded, freed of all but its pixels, encoded anew.

Runs in a child process only (ADR 0025): the decoders are C code over bytes of strangers.
"""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from atum_desk.sandbox.tasks import LogoImage

FORMATS = ("PNG", "JPEG", "WEBP")
# What a decoder may be asked for; said by the header, before anything is decoded.
MAX_PIXELS = 16_000_000
MAX_SIDE = 8_000
# Twice what the widest place on a screen shows.
MAX_WIDTH, MAX_HEIGHT = 480, 120
# It comes with every first visit: see tests/e2e/test_wire.py.
MAX_BYTES = 5_500
QUALITIES = (92, 80, 60)


def read_logo(raw: bytes) -> LogoImage:
    """Return the logo that an upload holds, at most `MAX_BYTES` long and without metadata."""
    # Images of more pixels are refused below; the library would only warn.
    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
            return _made_of(image)
    except UnidentifiedImageError:
        return LogoImage(b"", 0, 0, "format")
    except (OSError, SyntaxError, ValueError, EOFError):
        return LogoImage(b"", 0, 0, "broken")


def _made_of(image: Image.Image) -> LogoImage:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        return LogoImage(b"", 0, 0, "large")
    if getattr(image, "n_frames", 1) > 1:
        return LogoImage(b"", 0, 0, "animated")
    # A JPEG can be decoded at a fraction of its size.
    image.draft("RGB", (MAX_WIDTH * 2, MAX_HEIGHT * 2))
    turned = ImageOps.exif_transpose(image)
    pixels = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    pixels.thumbnail((MAX_WIDTH, MAX_HEIGHT), Image.Resampling.LANCZOS)
    return _encoded(pixels)


def _encoded(pixels: Image.Image) -> LogoImage:
    """Encode without loss if that is small, else with more and more of it, else smaller."""
    while True:
        for quality in (None, *QUALITIES):
            content = _webp(pixels, quality)
            if len(content) <= MAX_BYTES:
                return LogoImage(content, pixels.width, pixels.height)
        pixels = pixels.resize((max(1, pixels.width // 2), max(1, pixels.height // 2)))


def _webp(pixels: Image.Image, quality: int | None) -> bytes:
    # A copy of the pixels alone: what was read beside them (EXIF, profiles, comments) stays behind.
    bare = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    buffer = io.BytesIO()
    if quality is None:
        bare.save(buffer, "WEBP", lossless=True, quality=80, method=4)
    else:
        bare.save(buffer, "WEBP", quality=quality, method=4)
    return buffer.getvalue()
