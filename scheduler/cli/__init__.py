"""The command line: `main` is the program `duban`."""

import gc


def main() -> None:
    """Run the program, and exit with its code."""
    # Importing libraries makes a great many objects and hardly any garbage: looking for some, at
    # times and once more at the end, takes a third of a short command. The garbage collector works
    # again when a command's module is loaded (scheduler/cli/app.py).
    gc.disable()
    from scheduler.cli.main import main as run

    try:
        run()
    finally:
        gc.freeze()  # Python need not look through it all when it ends
