"""Goes back to an earlier version of a campaign: by a new version that says the same.

Nothing is taken out of the record. What the earlier version has otherwise is classed and decided
like any other change.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from config.errors import InputError, ProblemsError, StateError
from config.i18n import _
from workflows.campaign_status import archived_error
from workflows.comparing import ApplyPlan, plan_apply
from workflows.declaration import Declaration
from workflows.loading import check_source
from workflows.organisation import Organisation
from workflows.tables import Campaign, CampaignStatus, CampaignVersion
from workflows.yaml_source import YamlSource

ROLLED_BACK = "rolled_back_to"  # in the data of the version's event


def version_declared(
    session: Session, campaign: Campaign, version: int, organisation: Organisation
) -> Declaration:
    """The declaration of that version. Raises InputError where there is none, ProblemsError where
    it does not fit the organisation file any more."""
    stored = session.exec(
        select(CampaignVersion.declaration).where(
            CampaignVersion.campaign_id == campaign.id, CampaignVersion.version == version
        )
    ).first()
    if stored is None:
        raise InputError(
            _("campaign {id} has no version {version}").format(id=campaign.id, version=version),
            _("its versions are 1 to {last}").format(last=campaign.version),
        )
    name = _("version {version} of campaign {id}").format(version=version, id=campaign.id)
    checked = check_source(Path(name), YamlSource(name, stored), organisation)
    if checked.declaration is None:
        raise ProblemsError(checked.errors)
    return checked.declaration


def plan_rollback(
    session: Session,
    campaign: Campaign,
    version: int,
    organisation: Organisation,
    now: datetime,
    answers: Mapping[str, str] | None = None,
) -> ApplyPlan:
    """What going back to `version` at `now` (aware) would change, to be given to
    `workflows.applying.apply` with `data=rollback_data(version)`. Reads only.

    Raises InputError for a version that there is none of, or that does not fit the organisation
    file any more, StateError for the one in force, or where the campaign is archived.
    """
    if version == campaign.version:
        raise StateError(
            _("version {version} of campaign {id} is in force").format(
                version=version, id=campaign.id
            ),
            _("choose an earlier one"),
        )
    if campaign.status is CampaignStatus.ARCHIVED:
        raise archived_error(campaign.id)
    declared = version_declared(session, campaign, version, organisation)
    return plan_apply(session, [declared], organisation, now, answers)


def rollback_data(version: int) -> dict[str, int]:
    """What the new version's event keeps: to which one it goes back."""
    return {ROLLED_BACK: version}


__all__ = ["ROLLED_BACK", "plan_rollback", "rollback_data", "version_declared"]
