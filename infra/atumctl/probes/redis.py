"""Sends PING to Redis in its own protocol."""

from __future__ import annotations

import socket
import ssl
from io import BufferedRWPair
from urllib.parse import unquote, urlsplit


def ping(url: str, timeout: float) -> str:
    """Return what Redis answers to PING, or to the password if that was refused."""
    parts = urlsplit(url)
    with _connected(url, timeout) as connection, connection.makefile("rwb") as line:
        if parts.password:
            words = ("AUTH", *([unquote(parts.username)] if parts.username else []))
            answer = _ask(line, *words, unquote(parts.password))
            if answer != "+OK":
                return answer
        return _ask(line, "PING")


def _connected(url: str, timeout: float) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(timeout)
        connection.connect(parts.path)
        return connection
    host = parts.hostname or "127.0.0.1"
    connection = socket.create_connection((host, parts.port or 6379), timeout)
    if parts.scheme == "rediss":
        return ssl.create_default_context().wrap_socket(connection, server_hostname=host)
    return connection


def _ask(line: BufferedRWPair, *words: str) -> str:
    """Send a command as RESP has it and return the first line of the answer."""
    encoded = [word.encode() for word in words]
    line.write(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in encoded))
    line.flush()
    return line.readline(1000).decode(errors="replace").strip()
