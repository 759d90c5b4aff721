"""The command line. Each module adds its commands to the one app."""

from scheduler.cli.main import main

__all__ = ["main"]
