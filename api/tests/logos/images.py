"""Images as people upload them for a logo, and some that are none."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image


def image(form: str = "PNG", size: tuple[int, int] = (320, 90), mode: str = "RGBA", **options: object) -> bytes:
    """Return an image with a mark in it, so that equal sizes are not equal images."""
    picture = Image.new(mode, size, "#2a67d0")
    picture.paste("#d4a73b", (0, 0, max(1, size[0] // 2), max(1, size[1] // 2)))
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """Return an image that nothing compresses."""
    buffer = io.BytesIO()
    Image.effect_noise(size, 200).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def animated() -> bytes:
    frames = [Image.new("RGB", (64, 32), color) for color in ("#2a67d0", "#d4a73b")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return buffer.getvalue()


def png_of(width: int, height: int) -> bytes:
    """Return a small PNG that says it has so many pixels, and has them: zeros compress well."""
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(bytes(1 + width // 8 + 1)) for _ in range(height)) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
