"""Starts the command line: settings and language, then the command; errors without traceback."""

import io
import os
import sys
from collections.abc import Iterable

from config.errors import DubanError, InputError
from config.i18n import LANGUAGES, _, set_language
from config.plain_text import UNUSABLE, one_line, visible
from config.settings import load_settings


def main() -> None:
    """Run the program and exit with its code: 0, 1 (failed), 2 (wrong input), 3 (--fail-if-any)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may lack a character that we print
            stream.reconfigure(errors="backslashreplace")
    asked = os.environ.get("DUBAN_LANGUAGE")
    if asked in LANGUAGES:  # so that what is wrong with the settings is said in it, too
        set_language(asked)
    try:
        # The language must be known before the commands' help texts are put together.
        set_language(load_settings().language)
        _require_text(sys.argv[1:])
        from scheduler.cli.app import build_app

        build_app(_arguments())()
    except DubanError as error:
        print(visible(str(error)), file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


def _arguments() -> list[str]:
    """The words that say which commands are needed; while a shell completes, they lie elsewhere."""
    if "_DUBAN_COMPLETE" not in os.environ:
        return sys.argv[1:]
    from scheduler.cli.completing import words_before

    return words_before()


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
