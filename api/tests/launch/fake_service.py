"""A service for the supervisor's tests: answers readiness on a port, or behaves badly.

usage: fake_service.py PORT [ready|late|broken|stubborn]
"""

import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Readiness(BaseHTTPRequestHandler):
    """Answers every GET with 200 and the path."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{sys.argv[1]} {self.path}".encode())

    def log_message(self, *_words: object) -> None:
        """Say nothing for each request."""


def main() -> None:
    """Serve until SIGTERM."""
    port, manner = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "ready"
    print(f"serving on {port} as {os.getpid()}", flush=True)
    if manner == "broken":
        sys.exit("no database password given")
    if manner == "late":
        time.sleep(0.5)
    if manner == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ThreadingHTTPServer(("127.0.0.1", port), Readiness).serve_forever()


if __name__ == "__main__":
    main()
