"""what is to be reached, what was, and the notices about it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _id() -> sa.Column:
    return sa.Column("id", sa.Integer(), primary_key=True, nullable=False)


def _text(name: str, length: int | None = None) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _campaign(*, primary_key: bool = False) -> sa.Column:
    return sa.Column(
        "campaign_id",
        sa.String(length=64),
        sa.ForeignKey("campaign.id"),
        primary_key=primary_key,
        nullable=False,
    )


def _unit() -> sa.Column:
    return sa.Column("unit_id", sa.String(length=64), sa.ForeignKey("unit.id"), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column:
    return sa.Column(name, sa.JSON(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "target",
        _campaign(primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(length=64), primary_key=True, nullable=False),
        _text("milestone_id", 64),
        sa.Column("position", sa.Integer(), nullable=False),
        *map(_json, ("declared", "units", "reporters", "points", "curve")),
        sa.Column("start", sa.Date(), nullable=False),
    )
    op.create_table(
        "target_share",
        _id(),
        _campaign(),
        _text("target_id", 64),
        _unit(),
        sa.Column("value", sa.Float(), nullable=True),
        _text("origin", 20),
        _moment("at"),
        _moment("recorded_at"),
        _text("actor"),
        _text("note"),
    )
    op.create_index("ix_target_share", "target_share", ["campaign_id", "target_id", "unit_id"])
    op.create_table(
        "filled_form",
        _id(),
        _campaign(),
        _text("form_id", 64),
        sa.Column("assignment_id", sa.Integer(), sa.ForeignKey("assignment.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _json("content"),
        _moment("at"),
        _moment("recorded_at"),
        _text("actor"),
        _text("file_name", 500),
        _text("file_hash", 64),
    )
    op.create_index("ix_filled_form_assignment", "filled_form", ["assignment_id", "form_id"])
    op.create_table(
        "progress",
        _id(),
        _campaign(),
        _text("target_id", 64),
        _text("unit_id", 64),
        _text("category", 500),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("denominator", sa.Float(), nullable=True),
        _text("origin", 80),
        sa.Column("filled_id", sa.Integer(), sa.ForeignKey("filled_form.id"), nullable=True),
        sa.Column("corrects", sa.Integer(), nullable=True),
        _moment("recorded_at"),
        _text("actor"),
        _text("note"),
    )
    op.create_index("ix_progress_target", "progress", ["campaign_id", "target_id", "unit_id"])
    op.create_table(
        "light_turn",
        sa.Column(
            "assignment_id",
            sa.Integer(),
            sa.ForeignKey("assignment.id"),
            primary_key=True,
            nullable=False,
        ),
        _text("light", 10),
        sa.Column("day", sa.Date(), nullable=False),
        _moment("seen_at"),
    )
    op.create_table(
        "supervision_notice",
        _id(),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        _text("degree", 20),
        _unit(),
        _text("campaign_id", 64),
        _json("content"),
        sa.Column("answer_by", sa.Date(), nullable=False),
        _text("status", 20),
        _moment("drafted_at"),
        _text("drafted_by"),
        _moment("decided_at", nullable=True),
        _text("decided_by"),
        _text("decision"),
        _moment("answered_at", nullable=True),
        _text("answered_by"),
        _text("answer"),
        sa.Column("delivery_id", sa.Integer(), sa.ForeignKey("delivery.id"), nullable=True),
        sa.UniqueConstraint("year", "serial"),
    )
