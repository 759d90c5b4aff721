"""Starts the command line: settings and language, then the command; errors without traceback."""

import io
import os
import sys
from collections.abc import Iterable
from contextlib import suppress

from config.errors import DubanError, InputError
from config.i18n import DEFAULT_LANGUAGE, LANGUAGES, _, set_language
from config.plain_text import UNUSABLE, one_line, visible
from config.settings_file import read_config_file


def main() -> None:
    """Run the program and exit with its code: 0, 1 (failed), 2 (wrong input), 3 (--fail-if-any)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may lack a character that we print
            stream.reconfigure(errors="backslashreplace")
    try:
        set_language(_language())
        _require_text(sys.argv[1:])
        # Imported here: its help texts are translated while it is.
        from scheduler.cli.app import build_app

        build_app()()
    except DubanError as error:
        print(visible(str(error)), file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


def _language() -> str:
    """The language that is asked for. It must be known before the help texts are put together,
    and so that what is wrong with the settings is said in it; the command looks at them."""
    asked = os.environ.get("DUBAN_LANGUAGE")
    if not asked:
        with suppress(DubanError):
            asked = read_config_file().get("language")
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def _require_text(arguments: Iterable[str]) -> None:
    """The record keeps text alone: nothing that steers a terminal, nothing undecodable."""
    for argument in arguments:
        if UNUSABLE.search(argument):
            raise InputError(
                _("the argument “{text}” holds a character that cannot be used").format(
                    text=one_line(argument[:60])
                ),
                _("leave it away; arguments must be plain text"),
            )


if __name__ == "__main__":
    main()
