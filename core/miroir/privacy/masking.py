"""What is logged passes through the mask."""

from __future__ import annotations

import logging

from miroir.masking import mask


class MaskPersonalData(logging.Filter):
    """Masks message, arguments and traceback; to be put on every handler.

    On a logger it would miss the records of that logger's children.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = mask(_message(record))
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            # Formatters print this text rather than the exception.
            record.exc_text = mask(record.exc_text)
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return True


def _message(record: logging.LogRecord) -> str:
    # Merged before masking: a number may be split between two arguments.
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args}"
