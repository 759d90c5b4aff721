"""Fills an empty database with a backup's rows and proves that every row arrived as it was.

The rows go into the schema that they came from; the migrations bring it to today's.
"""

from sqlmodel import Session

from config.errors import InputError, StateError
from config.i18n import _
from workflows.keeping.archive import Archive
from workflows.keeping.dump import digest_of, dump_rows, load_rows, reflect
from workflows.keeping.manifest import Manifest, no_backup, table_member
from workflows.keeping.schemas import tables_of
from workflows.schema_version import HEAD


def require_known_schema(manifest: Manifest, shown: str) -> None:
    """Raise StateError where a newer Duban made the backup; `shown` names it."""
    if manifest.schema_version > HEAD:
        raise StateError(
            _("{file} was made by a newer Duban ({version})").format(
                file=shown, version=manifest.program
            ),
            _("install that version or a newer one, then restore"),
        )


def fill(session: Session, archive: Archive, shown: str) -> None:
    """Make the schema and insert every row, in `session`'s transaction.

    Raises InputError where the rows are not those of the schema, or do not come out again as they
    went in.
    """
    from workflows.migrate import upgrade_to

    manifest = archive.manifest
    if manifest.rows.keys() != tables_of(manifest.schema_version):
        raise no_backup(shown)
    connection = session.connection()
    upgrade_to(manifest.schema_version, connection)
    for table in reflect(session, manifest.rows.keys()):
        try:
            load_rows(session, table, archive.rows(table.name))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise no_backup(shown) from None
        held = manifest.members[table_member(table.name)].sha256
        if digest_of(dump_rows(session, table)) != held:
            raise InputError(
                _("the table “{table}” did not arrive as it was in {file}").format(
                    table=table.name, file=shown
                ),
                _("nothing was changed; take another backup"),
            )
    upgrade_to("head", connection)
