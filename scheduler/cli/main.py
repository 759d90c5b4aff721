"""Starts the command line: settings and language, then the command; errors without traceback."""

import sys

from config.errors import DubanError
from config.i18n import set_language
from config.settings import load_settings


def main() -> None:
    """Run the program and exit with its code: 0, 1 (failed), 2 (wrong input), 3 (--fail-if-any)."""
    try:
        # The language must be known before the commands' help texts are put together.
        set_language(load_settings().language)
        from scheduler.cli.app import build_app

        build_app(sys.argv[1:])()
    except DubanError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
