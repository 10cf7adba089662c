"""Writes the OpenAPI document to api/openapi.json; the web client is generated from it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from atum_desk.entry.api import build_litestar, route_parts
from atum_desk.http.openapi_document import document_of
from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.database.units_of_work import Database

TARGET = Path(__file__).resolve().parents[2] / "openapi.json"


def document() -> str:
    """Return the OpenAPI 3.1 document as JSON text, the same for the same code."""
    settings = Settings(secret="0" * 40)
    app = build_litestar(route_parts(Database(settings, "postgresql:///", settings.secret), settings, None))
    return json.dumps(document_of(app), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the document, or with --check fail when the file is stale."""
    text = document()
    if "--check" in sys.argv:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
            sys.exit("api/openapi.json is stale: run python -m atum_desk.entry.openapi")
        return
    TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
