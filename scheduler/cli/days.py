"""Options that take a day: what is wrong with one is said in the user's language."""

from datetime import datetime, time
from functools import partial
from typing import Any

import typer

from config.days import read_day
from config.errors import DubanError, InputError
from config.i18n import _


class WrongDay(DubanError):
    """No day, or none that there is. No ValueError, which Typer would put into words of its own."""

    exit_code = InputError.exit_code


def day_option(name: str, **more: Any) -> Any:
    """The option `name` (`--from`); it takes a day, and gives its begin without a zone."""
    return typer.Option(name, parser=partial(_read, name), metavar="DATE", **more)


def _read(name: str, text: str | datetime) -> datetime:
    if isinstance(text, datetime):
        return text
    try:
        return datetime.combine(read_day(text), time())
    except InputError as error:
        message = _("{option}: {what}").format(option=name, what=error.message)
        raise WrongDay(message, error.mend) from None
