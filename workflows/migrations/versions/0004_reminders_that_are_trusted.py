"""what reminders that are trusted need: answers, quiet, carriers, the inbox."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT = {"nullable": False, "server_default": ""}
_LIST = {"nullable": False, "server_default": "[]"}


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int | None = None) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade() -> None:
    op.add_column(
        "campaign",
        sa.Column("status", sa.String(length=20), nullable=False, server_default="running"),
    )
    op.add_column("milestone", sa.Column("unit_ladders", sa.JSON(), **_LIST))
    op.add_column("milestone", sa.Column("correction_ladder", sa.JSON(), **_LIST))
    # Running campaigns go on as they began, until they are applied anew.
    op.execute("UPDATE milestone SET correction_ladder = ladder")
    op.add_column("milestone", sa.Column("paper", sa.String(length=64), **_TEXT))
    op.add_column("assignment", _moment("reminded_at", nullable=True))
    op.add_column("assignment", _moment("acknowledged_at", nullable=True))
    op.add_column(
        "assignment", sa.Column("snoozes", sa.JSON(), nullable=False, server_default="{}")
    )
    op.add_column("contact", sa.Column("channel", sa.String(length=64), **_TEXT))
    op.add_column("delivery", sa.Column("channel", sa.String(length=64), **_TEXT))
    op.add_column("reminder", sa.Column("channel", sa.String(length=64), **_TEXT))
    op.add_column(
        "reminder", sa.Column("gentle", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "silence",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("unit_id", 64),
        _text("campaign_id", 64),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        _text("why"),
        _text("actor"),
        _moment("created_at"),
        _moment("ended_at", nullable=True),
        _text("ended_by"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "failed_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        _moment("at"),
        _text("channel", 64),
        _text("verdict", 20),
        sa.Column("code", sa.Integer(), nullable=False),
        _text("text"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_failed_try_delivery", "failed_try", ["delivery_id"])
    op.create_table(
        "carrier_minute",
        _text("carrier", 64),
        _moment("minute"),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("carrier", "minute"),
    )
    op.create_table(
        "carrier_pace",
        _text("carrier", 64),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        _moment("changed_at"),
        _moment("rests_until", nullable=True),
        _text("said"),
        sa.PrimaryKeyConstraint("carrier"),
    )
    op.create_table(
        "failing_address",
        _text("address", 254),
        _moment("since"),
        _moment("last_at"),
        sa.Column("count", sa.Integer(), nullable=False),
        _text("code", 20),
        _text("text"),
        _moment("cleared_at", nullable=True),
        _text("cleared_by"),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_table(
        "inbox_place",
        _text("source", 300),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "inbox_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("source", 300),
        _text("fingerprint", 64),
        _text("message_id", 500),
        _text("sender", 254),
        _text("subject"),
        _moment("sent_at", nullable=True),
        _moment("recorded_at"),
        _text("kind", 20),
        _text("status", 20),
        _text("body"),
        _text("unit_id", 64),
        sa.Column("assignments", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        _text("note"),
        _text("decided_by"),
        _moment("decided_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("fingerprint"),
    )
    op.create_index(
        "ix_inbox_mail_waiting",
        "inbox_mail",
        ["id"],
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
