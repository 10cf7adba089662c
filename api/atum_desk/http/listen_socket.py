"""How the API stops listening without cutting anybody off.

A server that simply stops closes connections whose request is still on its way. So first no new
connection is let in while everything that is open goes on, and only then the server stops.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys

# Linux, asm-generic/socket.h; the socket module does not name it.
SO_ATTACH_FILTER = 26


# Classic BPF: TCP's opening packets, which have SYN set and ACK not, are dropped.
DROP_OPENING = (
    (0x30, 0, 0, 13),  # load the byte of flags in the TCP header
    (0x54, 0, 0, 0x12),  # keep SYN and ACK of them
    (0x15, 0, 1, 0x02),  # SYN alone?
    (0x06, 0, 0, 0),  # then drop
    (0x06, 0, 0, 0xFFFFFFFF),  # else let through
)


def refuse_new_connections(port: int) -> bool:
    """Let no new connection to our own listening port come about; tell whether that could be done.

    The kernel drops what would open one (socket(7), SO_ATTACH_FILTER), so a caller's kernel asks
    again a second later and finds the next process, or nobody. Only Linux does this.
    """
    if sys.platform != "linux":
        return False
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in DROP_OPENING)
    # The kernel reads the code through a pointer while the option is set.
    kept = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HL", len(DROP_OPENING), ctypes.addressof(kept))
    attached = [_attach(int(name), port, program) for name in os.listdir("/proc/self/fd")]
    return any(attached)


def _attach(descriptor: int, port: int, program: bytes) -> bool:
    try:
        listener = socket.socket(fileno=os.dup(descriptor))
    except OSError:
        return False
    with listener:
        try:
            if listener.family not in (socket.AF_INET, socket.AF_INET6):
                return False
            listens = listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            if not listens or listener.getsockname()[1] != port:
                return False
            listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
        except OSError:
            return False
    return True
