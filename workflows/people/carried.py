"""Of which unit a row's people are: from its own cells, the rows above it, or the list's title."""

from collections.abc import Callable

from config.errors import InputError
from config.i18n import _
from workflows.people.units import Units


class Carried:
    """What the rows above say of the unit, since lists write it once for several rows."""

    def __init__(self, units: Units, given: str) -> None:
        """`given` is the unit that was named for the whole file, '' for none."""
        self._units, self._given = units, given
        self._of_title = given
        self._city = self._unit = self._area = ""

    def title(self, text: str) -> None:
        """A line above a list, or between two: it may name the unit."""
        if not self._given and (found := self._units.of_title(text)):
            self._of_title = found
            self._city = self._unit = self._area = ""

    def new_block(self, text: str) -> None:
        """A heading: what stood above it is carried no further. `text` is a title in it."""
        self._city = self._unit = self._area = ""
        if text:
            self.title(text)

    def take(self, value: Callable[[str], str | None]) -> None:
        """A row's own cells: '' goes on from the rows above, None is a column that is missing."""
        city, unit = value("city"), value("unit")
        self._area = value("area") or ""
        if city:
            self._city, self._unit = city, ""
        if unit or city:
            self._unit = unit or ""

    def unit(self) -> tuple[str, str]:
        """The row's unit and, where it says so, the county or section there.

        Raises InputError where it is not said, unknown or another than the given one.
        """
        found, area = self._resolve()
        if self._given and found != self._given:
            raise InputError(
                _("it is of {unit}, not of {given}").format(
                    unit=self._units.names[found], given=self._units.names[self._given]
                ),
                _("leave --unit away, or take the row out"),
            )
        return found, area

    def _resolve(self) -> tuple[str, str]:
        if self._area and (county := self._units.exact_unit(self._area)):
            return county, ""
        if self._city:
            found, beyond = self._units.find(self._city)
            own = found
            if self._unit:
                own = self._units.exact(self._unit) or self._units.beginning(self._unit)
            if own and own != found and not self._area:
                return own, ""  # a county of its own that stands among its city's
            return found, self._area or beyond or ("" if own else self._unit)
        if self._unit:
            try:
                found, beyond = self._units.find(self._unit)
            except InputError:
                if not self._of_title:
                    raise
                found, beyond = self._of_title, self._unit
            return found, self._area or beyond
        if self._of_title:
            return self._of_title, self._area
        raise InputError(
            _("it is not said of which unit the person is"),
            _("write the unit into the row, or give it with --unit"),
        )
