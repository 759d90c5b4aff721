"""Shows what an import of contacts changes, unit by unit."""

from collections.abc import Mapping, Sequence

from config.i18n import _
from scheduler.cli.output import print_line
from workflows.ladder import Role
from workflows.people.difference import PlaceDifference
from workflows.words import word_of


def show(difference: Sequence[PlaceDifference], names: Mapping[str, str]) -> None:
    """Print each unit that changes: + added, − removed, ~ changed, = unchanged; then the rest."""
    same = 0
    for place in difference:
        if not (place.added or place.removed or place.changed):
            same += len(place.unchanged)
            continue
        unit = names.get(place.unit_id, place.unit_id)
        print_line(f"{unit} · {place.campaign_id}" if place.campaign_id else unit)
        for contact in place.removed:
            print_line("  − " + _person(contact.name, contact.role, contact.address, contact.phone))
        for row in place.added:
            print_line("  + " + _person(row.name, row.role, row.address, row.phone))
        for change in place.changed:
            what = _(", ").join(
                f"{_field(field)} {_shown(old)} → {_shown(new)}" for field, old, new in change.what
            )
            print_line(f"  ~ {change.contact.name}：{what}")
        if place.unchanged:
            print_line("  = " + _("{count} unchanged").format(count=len(place.unchanged)))
    if same:
        print_line("= " + _("{count} unchanged").format(count=same))


def _person(name: str, role: str, address: str, phone: str) -> str:
    mail = address if "@" in address else _("no e-mail")
    return " ".join(part for part in (name, word_of(Role, role), mail, phone) if part)


def _shown(value: str) -> str:
    if value.startswith("tel:"):
        return _("no e-mail")
    return f"“{value}”" if value else _("nothing")


def _field(name: str) -> str:
    return {
        "address": _("email"), "name": _("name"), "gender": _("gender"),
        "position": _("position"), "phone": _("phone"), "area": _("area"), "note": _("note"),
    }.get(name, name)  # fmt: skip
