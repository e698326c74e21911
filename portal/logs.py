"""One JSON object a line, with the request's id, and nothing that names a person.

No query strings (people search by name), no paths with tokens in them (the route's pattern instead), no
network addresses, and anything that looks like an e-mail address is struck out before a line is written.
"""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
DROPPED = ("ip", "user_agent")


def _struck(value: Any) -> Any:
    """`value` with every e-mail address in it replaced, however deep it lies."""
    if isinstance(value, str):
        return EMAIL.sub("[email]", value)
    if isinstance(value, Mapping):
        return {key: _struck(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_struck(inner) for inner in value]
    return value


def strike_out_people(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: _struck(value) for key, value in event.items() if key not in DROPPED}


def _shared() -> list[Any]:
    """What happens to every line, from structlog and from the standard library alike."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(["code", "route", "partner"]),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _ending(*, debug: bool) -> list[Any]:
    """How a line is written: for reading while developing, as JSON everywhere else."""
    wrap = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if debug:
        plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        return [*wrap, strike_out_people, plain]
    # Frames without local variables: those are where the personal data would be.
    traces = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
    return [*wrap, traces, strike_out_people, structlog.processors.JSONRenderer(ensure_ascii=False)]


def config(*, debug: bool, level: str = "INFO") -> dict[str, Any]:
    """Set structlog up and return the LOGGING dictionary Django and the workers use."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": _ending(debug=debug),
                "foreign_pre_chain": _shared(),
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # RequestLog writes one line a request; Django's own would repeat it with the path in it.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "celery": {"level": "INFO"},
            "celery.app.trace": {"level": "WARNING"},  # a line for each tick would drown the rest
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.worker.request": {"level": "WARNING"},  # ticks nobody took in time; the next one does the same
            "celery.beat": {"level": "WARNING"},
        },
    }
