"""Structured logs: one JSON object a line, with the request id; no secret and no mail text goes in."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from atum_desk.kernel.config.settings import Settings
from atum_desk.kernel.context import request_context


def prepare_logs(settings: Settings, process: str) -> None:
    """Set up logging for one process (`api`, `live`, `worker`), to standard error."""
    level = getattr(logging, settings.log_level.upper())
    as_text = settings.log_format == "text" or (settings.log_format == "auto" and sys.stderr.isatty())
    renderer: Any = structlog.dev.ConsoleRenderer() if as_text else structlog.processors.JSONRenderer()
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_process(process),
        _with_request_id,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.processors.format_exc_info],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def _with_process(process: str) -> Any:
    def add(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        event["process"] = process
        return event

    return add


def _with_request_id(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    if context := request_context.get():
        event["request_id"] = context.request_id
    return event
