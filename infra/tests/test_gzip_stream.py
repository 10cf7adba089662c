"""The gzip stream is one that everybody reads, and stores what would not shrink."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import tarfile
from contextlib import closing

import pytest

from atumctl.gzip_stream import PIECE, GzipStream

CONTENTS = {
    "nothing": b"",
    "text": b"The printer on the third floor is out of paper. " * 60_000,
    "noise": os.urandom(3 * PIECE + 17),
    "both": b"words " * 400_000 + os.urandom(PIECE) + b"words " * 400_000,
    "exactly a piece": bytes(PIECE),
}


def packed(content: bytes, step: int = 70_000) -> bytes:
    target = io.BytesIO()
    with closing(GzipStream(target)) as stream:
        for begin in range(0, len(content), step):
            stream.write(content[begin : begin + step])
    return target.getvalue()


@pytest.mark.parametrize("name", CONTENTS)
def test_everybody_reads_it(name: str) -> None:
    made = packed(CONTENTS[name])
    assert gzip.decompress(made) == CONTENTS[name]
    by_program = subprocess.run(["gzip", "-dc"], input=made, capture_output=True, check=True)
    assert by_program.stdout == CONTENTS[name]


def test_text_shrinks_and_noise_hardly_grows() -> None:
    assert len(packed(CONTENTS["text"])) < len(CONTENTS["text"]) / 20
    assert len(packed(CONTENTS["noise"])) < len(CONTENTS["noise"]) * 1.001


def test_a_tar_in_it_is_read_as_a_stream() -> None:
    target = io.BytesIO()
    with (
        closing(GzipStream(target)) as stream,
        tarfile.open(fileobj=stream, mode="w|") as tar,  # type: ignore[call-overload]
    ):
        entry = tarfile.TarInfo("file")
        entry.size = len(CONTENTS["both"])
        tar.addfile(entry, io.BytesIO(CONTENTS["both"]))
    target.seek(0)
    with tarfile.open(fileobj=target, mode="r|gz") as tar:
        held = tar.extractfile(next(iter(tar)))
        assert held
        assert held.read() == CONTENTS["both"]


def test_a_flipped_byte_is_noticed() -> None:
    made = bytearray(packed(CONTENTS["noise"]))
    made[len(made) // 2] ^= 1
    with pytest.raises(OSError, match="CRC"):
        gzip.decompress(bytes(made))
