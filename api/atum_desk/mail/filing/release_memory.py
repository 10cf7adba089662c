"""Gives memory back to the system after a huge mail: the C library would keep it for the next."""

from __future__ import annotations

import ctypes


def give_back_memory() -> None:
    """Return what is free to the system where the C library can (glibc); elsewhere do nothing."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
