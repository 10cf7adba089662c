"""Small real files of the kinds people attach: a picture, a certificate, readings, a log."""

from __future__ import annotations

import math
import random
import struct
import zlib

import msgspec

from atum_desk.demo.models import FileKind

VARIANTS = 6
WIDTH, HEIGHT = 480, 270


class DemoFile(msgspec.Struct, frozen=True):
    """A file as it would be uploaded."""

    filename: str
    mime_type: str
    content: bytes


def make_files(seed: int) -> dict[FileKind, list[DemoFile]]:
    """Return a few files of each kind, the same for the same seed."""
    source = random.Random(seed)
    return {
        "png": [_picture(source, n) for n in range(VARIANTS)],
        "pdf": [_certificate(source, n) for n in range(VARIANTS)],
        "csv": [_readings(source, n) for n in range(VARIANTS)],
        "log": [_log(source, n) for n in range(VARIANTS)],
    }


def _picture(source: random.Random, number: int) -> DemoFile:
    """A window with a red message bar, as a screenshot of an error looks from afar."""
    bar = source.randrange(60, 180)
    lines = bytearray()
    for y in range(HEIGHT):
        lines.append(0)
        for x in range(WIDTH):
            if y < 24:
                lines += b"\x2b\x35\x4a"
            elif bar <= y < bar + 34 and 40 < x < WIDTH - 40:
                lines += b"\xc9\x3a\x38" if y != bar + 17 or (x // 9) % 5 == 0 else b"\xff\xff\xff"
            elif 40 < x < 380 - (y * 7) % 120 and y % 22 in (4, 5, 6):
                lines += b"\xb4\xbb\xc8"
            else:
                lines += b"\xf4\xf5\xf7"
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n"
    for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(lines), 9)), (b"IEND", b"")):
        content += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return DemoFile(f"screenshot-{number + 1}.png", "image/png", content)


def _certificate(source: random.Random, number: int) -> DemoFile:
    serial = f"{source.randrange(1000, 9999)}-{source.randrange(10, 99)}"
    drawn = (
        "BT /F1 20 Tf 72 740 Td (Halvorsen Instruments) Tj 0 -34 Td /F1 13 Tf "
        f"(Document H-{number + 1:03d} for serial number {serial}) Tj 0 -22 Td "
        f"(Deviation at 50 degrees: {source.uniform(-0.2, 0.2):+.2f} degrees) Tj ET"
    ).encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for index, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj%s endobj\n" % (index, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    content += b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(content),
    )
    return DemoFile(f"H-{number + 1:03d}-{serial}.pdf", "application/pdf", content)


def _readings(source: random.Random, number: int) -> DemoFile:
    lines = ["minute;temperature;reference"]
    for minute in range(0, 1440, 10):
        drift = 2 * max(0.0, math.sin((minute - 1080) / 720 * math.pi))
        lines.append(f"{minute};{42 + drift + source.gauss(0, 0.05):.2f};42.00")
    return DemoFile(f"readings-{number + 1}.csv", "text/csv", "\r\n".join(lines).encode())


def _log(source: random.Random, number: int) -> DemoFile:
    second, lines = source.randrange(20_000, 30_000), []
    for _ in range(120):
        second += source.randrange(2, 90)
        word = source.choice(["link up", "session open", "keepalive", "keepalive", "session ended", "supply 17.2 V"])
        lines.append(f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d} {word}")
    return DemoFile(f"client-log-{number + 1}.txt", "text/plain", "\n".join(lines).encode())
