"""A stand-in for a build that is broken on purpose: it answers whatever a test says."""

from __future__ import annotations

import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Stub:
    """An HTTP server on a free port; `answers` maps the beginning of a path to status and body."""

    def __init__(self, answers: dict[str, tuple[int, str]], delay_seconds: float = 0) -> None:
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                time.sleep(delay_seconds)
                found = [answers[one] for one in answers if self.path.startswith(one)]
                status, body = found[0] if found else (404, "{}")
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Connection", "close")
                self.end_headers()
                with suppress(BrokenPipeError):
                    self.wfile.write(body.encode())
                self.close_connection = True

            do_GET = do_POST = answer  # noqa: N815

            def log_message(self, *_words: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port

    def __enter__(self) -> Stub:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
