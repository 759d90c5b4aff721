"""what feeds need that every calendar client keeps right."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _text(name: str, length: int, default: str = "") -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default=default)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _moment(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _changed(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01")


def upgrade() -> None:
    op.add_column(
        "assignment", sa.Column("reworded", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("campaign", _changed("changed_at"))
    op.execute("UPDATE campaign SET changed_at = applied_at")
    op.add_column("campaign", _text("color", 40))
    with op.batch_alter_table("feed") as feed:
        feed.alter_column("subject", type_=sa.String(length=500))
        feed.add_column(sa.Column("former_hash", sa.String(length=64), nullable=True))
        feed.add_column(_moment("former_until"))
        feed.add_column(_text("name", 200))
        feed.add_column(_flag("alarms"))
        feed.add_column(_flag("tasks"))
        feed.add_column(_flag("only_open"))
        feed.add_column(_text("phases", 20, "end"))
        feed.add_column(_text("language", 8))
        feed.add_column(_changed("changed_at"))
        feed.add_column(_moment("expires_at"))
        feed.add_column(_moment("fetched_at"))
        feed.add_column(_text("fetched_by", 200))
        feed.create_unique_constraint("uq_feed_former_hash", ["former_hash"])
    op.execute("UPDATE feed SET changed_at = created_at")
    op.create_table(
        "contacts_stamp",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
