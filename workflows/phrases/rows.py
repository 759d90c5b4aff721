"""What one line of the grammar's table is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from workflows.phrases.model import Due, Lacks, Unsupported
from workflows.phrases.pieces import Groups

Read = Callable[[Groups, int | None], Due | Unsupported]

# A number of a list or an attachment is none of a date: 附件1, 第2.
_APART = r"(?:(?=\d)(?<!\d)(?<!附件)(?<!附表)(?<!附图)(?<!第)|(?=\D))"


@dataclass(frozen=True)
class Row:
    """A form of phrase: its pattern, how it is read, and what the docs say of it.

    `covers` is what a recurring duty reports on where the words say so (previous or current);
    `clear` is false where the words could also mean another day. A row that is not `in_text` is
    for declarations only.
    """

    name: str
    pattern: str
    read: Read
    reading: str
    examples: tuple[str, ...]
    covers: str = ""
    clear: bool = True
    in_text: bool = True

    # Compiled when first wanted: all of them take longer than most commands, which read no phrase.
    @cached_property
    def whole(self) -> re.Pattern[str]:
        """The pattern of a phrase by itself."""
        return re.compile(self.pattern)

    @cached_property
    def within(self) -> re.Pattern[str]:
        """The pattern of a phrase in a running text."""
        return re.compile(f"{_APART}(?:{self.pattern})")


def unsupported(lacks: Lacks) -> Read:
    """The reading of a phrase that is no due date of a declaration, whatever it says."""
    return lambda _groups, _year: Unsupported(lacks)
