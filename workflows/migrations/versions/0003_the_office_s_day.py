"""what the office's day needs: people, parts handed in, reported attributes, notices, decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT = {"nullable": False, "server_default": ""}
_NO = {"nullable": False, "server_default": sa.false()}


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column(
        "campaign", sa.Column("receipts", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("milestone", sa.Column("only_if", sa.String(), **_TEXT))
    op.add_column("milestone", sa.Column("parent_id", sa.String(), **_TEXT))
    op.add_column(
        "assignment", sa.Column("missing", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column("assignment", sa.Column("nil", sa.Boolean(), **_NO))
    for name in ("gender", "position", "phone", "area", "note"):
        op.add_column("contact", sa.Column(name, sa.String(), **_TEXT))
    op.add_column("contact", sa.Column("first", sa.Date(), nullable=True))
    op.add_column("contact", sa.Column("last", sa.Date(), nullable=True))
    op.add_column("contact", sa.Column("successor", sa.String(), **_TEXT))
    op.add_column("contact", sa.Column("handed_over", sa.Boolean(), **_NO))
    # Whoever is there already has been told all along.
    op.add_column(
        "contact", sa.Column("greeted", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("delivery", sa.Column("decided_by", sa.String(), **_TEXT))
    op.add_column("delivery", _moment("decided_at", nullable=True))
    op.add_column("delivery", sa.Column("decision", sa.String(), **_TEXT))
    op.add_column("feed", sa.Column("holder", sa.String(length=254), **_TEXT))
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("deputy", sa.String(length=254), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_absence_address", "absence", ["address"])
    op.create_table(
        "notice_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("delivery_id", "event_id"),
    )
    op.create_index("ix_notice_item_event", "notice_item", ["event_id"])
    op.create_table(
        "reported_attribute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        _moment("at"),
        _moment("recorded_at"),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reported_attribute_unit", "reported_attribute", ["unit_id", "name"])
    # What happened before there were notices is not told now.
    op.execute("UPDATE event SET announced_at = recorded_at WHERE announced_at IS NULL")
    op.create_index(
        "ix_event_unannounced",
        "event",
        ["id"],
        sqlite_where=sa.text("announced_at IS NULL"),
        postgresql_where=sa.text("announced_at IS NULL"),
    )
