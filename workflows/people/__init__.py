"""Who at a unit is told: lists of contacts in, forms out, changes of person and absences."""

from workflows.people.importing import ContactRow, ImportReport, import_contacts, read_contacts
from workflows.people.record import has_mailbox, known_campaigns, list_contacts, serves

__all__ = [
    "ContactRow",
    "ImportReport",
    "has_mailbox",
    "import_contacts",
    "known_campaigns",
    "list_contacts",
    "read_contacts",
    "serves",
]
