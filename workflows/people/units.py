"""Which unit a list means: by the names in its cells, in its title, or from the rows above."""

from collections.abc import Sequence
from functools import cache

from config.i18n import _
from workflows.naming import Named, find_named
from workflows.organisation import Organisation
from workflows.people.words import plain, unit_of_form

_LONGEST = 100  # characters of a title that may name a unit


class Units:
    """The units and offices that contacts can be at, by what people write."""

    def __init__(self, organisation: Organisation) -> None:
        units = [Named(one.id, (one.name, *one.aliases)) for one in organisation.units]
        ids = {one.id for one in units}
        offices = [
            Named(one.id, (one.name, *one.aliases))
            for one in organisation.departments
            if one.id not in ids
        ]
        self._known = [*units, *offices]
        self._exact = _by_name(self._known)
        self._exact_units = _by_name(units)
        self.find = cache(self._find)  # a list names each of them many times
        self.names = {one.id: one.names[0] for one in self._known}

    def exact(self, text: str) -> str:
        """The unit of exactly that id, name or alias; '' where there is none."""
        return self._exact.get(_close(text), "")

    def exact_unit(self, text: str) -> str:
        """The same without the offices: a unit may have a section that is called like one."""
        return self._exact_units.get(_close(text), "")

    def beginning(self, text: str) -> str:
        """The unit whose name `text` goes on from, as 郑州市交通运输局运输处 does; '' for none."""
        text = _close(text)
        fitting = [key for key in self._exact if len(key) > 1 and text.startswith(key)]
        return self._exact[max(fitting, key=len)] if fitting else ""

    def of_title(self, text: str) -> str:
        """The unit that a line above a list names; '' for none."""
        if stated := unit_of_form(text):
            return self.exact(stated) or self.beginning(stated)
        return self.beginning(text) if len(text) <= _LONGEST else ""

    def _find(self, text: str) -> tuple[str, str]:
        """The unit that a cell names, and what the cell says beyond it.

        Raises InputError with suggestions.
        """
        if found := self.exact(text):
            return found, ""
        if found := self.beginning(text):
            return found, " ".join(text.split())
        return find_named(text, self._known, _("unit")), ""


def _by_name(known: Sequence[Named]) -> dict[str, str]:
    return {_close(key): one.id for one in reversed(known) for key in (one.id, *one.names)}


def _close(text: str) -> str:
    return "".join(plain(text).split())
