"""One event a line: ``key=value`` for people, JSON by setting."""

from __future__ import annotations

import logging
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger


def configure(
    *, style: Literal["console", "keyvalue", "json"] = "keyvalue", level: str = "info"
) -> None:
    """Send every event to stderr in ``style``, those of libraries (warnings and up) as well."""
    number = logging.getLevelNamesMapping()[level.upper()]
    stamps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _local_time,
        structlog.processors.format_exc_info,
    ]
    last: Processor
    match style:
        case "json":
            last = structlog.processors.JSONRenderer(ensure_ascii=False)
        case "console":
            last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), sort_keys=False)
        case _:
            last = structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event"], drop_missing=True, bool_as_flag=False
            )
    structlog.configure(
        processors=[*stamps, last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=stamps,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(number, logging.WARNING))


def _local_time(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Stamp an event with this machine's time and its offset, to the millisecond."""
    event["timestamp"] = datetime.now().astimezone().isoformat(timespec="milliseconds")
    return event
