"""Who at a unit is told: lists of contacts in, forms out, changes of person and absences."""

from workflows.people.importing import ImportReport, import_contacts
from workflows.people.reading import read_contacts
from workflows.people.record import (
    Addressee,
    has_mailbox,
    known_campaigns,
    list_contacts,
    serves,
)
from workflows.people.rows import ContactRow

__all__ = [
    "Addressee",
    "ContactRow",
    "ImportReport",
    "has_mailbox",
    "import_contacts",
    "known_campaigns",
    "list_contacts",
    "read_contacts",
    "serves",
]
