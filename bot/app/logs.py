"""Logging: structlog, text on a terminal, JSON on request; keys and ids, never words or names of
people.

What libraries log is kept to its source and level, because their messages may hold what a person
wrote or how she is called; only the web server's own lines pass as they are.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog

TRUSTED = frozenset({"uvicorn.error"})


class _Library(logging.Handler):
    """Turns a library's record into one of ours, without its message unless the library is
    trusted.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Log where a record comes from and of which kind the error was."""
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        message = record.getMessage() if record.name in TRUSTED else None
        structlog.get_logger("library").log(
            record.levelno,
            "library",
            source=record.name,
            line=f"{record.funcName}:{record.lineno}",
            **{k: v for k, v in (("error", error), ("message", message)) if v is not None},
        )


def configure(form: Literal["text", "json"] | None) -> None:
    """Set up logging to standard error."""
    processors: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if form == "json":
        processors.append(structlog.processors.JSONRenderer())
    else:
        colours = sys.stderr.isatty()
        processors.append(structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=0))
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Library()]
    root.setLevel(logging.WARNING)
    for name in ("nio", "aiohttp.access", "uvicorn.access", "telegram", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.ERROR)
