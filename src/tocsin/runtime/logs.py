"""Structured logs: one JSON object a line, on standard error. Never a body, a secret or a name."""

import logging
import re
import sys
from typing import Final

import structlog
from structlog.typing import Processor

SECRET_IN_PATH: Final = re.compile(r"^/(intake|am)/[^/]+")


def set_up(level: str = "INFO") -> None:
    """Send our own log and the libraries' to standard error, as JSON."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    shared: list[Processor] = [structlog.stdlib.add_log_level, stamp]
    shape = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(shape)
    logging.basicConfig(level=level, handlers=[out], force=True)
    for loud in ("httpx2", "httpcore2", "uvicorn.access", "alembic"):
        logging.getLogger(loud).setLevel(logging.WARNING)
    wrap = structlog.stdlib.ProcessorFormatter.wrap_for_formatter
    structlog.configure(
        processors=[*shared, wrap],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def shown_path(path: str) -> str:
    """A path as it may be logged: a key in it is a secret."""
    return SECRET_IN_PATH.sub(r"/\1/…", path)
