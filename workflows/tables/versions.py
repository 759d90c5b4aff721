"""The table of every version of a campaign."""

from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from workflows.columns import Table


class CampaignVersion(Table, table=True):
    """Every version that was ever applied, with who and why."""

    __tablename__ = "campaign_version"
    __table_args__ = (UniqueConstraint("campaign_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: str = Field(foreign_key="campaign.id", max_length=64)
    version: int
    digest: str = Field(max_length=64)
    declaration: dict[str, Any] = Field(sa_type=JSON)
