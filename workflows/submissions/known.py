"""The record as a table is matched with it: campaigns, milestones and assignments, read once."""

from collections import defaultdict
from functools import cache

from sqlmodel import Session, col, select

from config.errors import InputError
from config.i18n import _
from config.plain_text import inner_quotes
from workflows.naming import Named, find_named
from workflows.organisation import Organisation
from workflows.people.units import Units
from workflows.tables import Assignment, Campaign, MilestoneRow


class Known:
    """Finds assignments by what a table calls them."""

    def __init__(self, session: Session, organisation: Organisation) -> None:
        rows = sorted(session.exec(select(Campaign)), key=lambda one: one.id)
        self.campaigns = {one.id: one for one in rows}
        self._named_campaigns = [Named(one.id, (one.title,)) for one in rows]
        self._milestones: dict[str, list[Named]] = defaultdict(list)
        self.titles: dict[tuple[str, str], str] = {}
        for milestone in session.exec(select(MilestoneRow).order_by(col(MilestoneRow.position))):
            self._milestones[milestone.campaign_id].append(
                Named(milestone.id, (milestone.title, "".join(milestone.title.split())))
            )
            self.titles[(milestone.campaign_id, milestone.id)] = milestone.title
        self.units = Units(organisation)
        self._assignments: dict[tuple[str, str, str], list[Assignment]] = defaultdict(list)
        for one in session.exec(select(Assignment).order_by(Assignment.period)):
            self._assignments[(one.campaign_id, one.milestone_id, one.unit_id)].append(one)
        self.milestone = cache(self._milestone)

    def campaign(self, text: str) -> str:
        """The campaign that `text` names; '' stands for the only one. Raises InputError."""
        if text:
            return find_named(text, self._named_campaigns, _("campaign"))
        if len(self.campaigns) == 1:
            return next(iter(self.campaigns))
        raise InputError(_("of which campaign?"), _("add --campaign"))

    def unit(self, text: str) -> str:
        """The unit that `text` names. Raises InputError."""
        return self.units.find(text)[0]

    def assignment(
        self, campaign_id: str, milestone_id: str, unit_id: str, month: str
    ) -> Assignment:
        """What the unit owes there. Raises InputError."""
        found = self._assignments.get((campaign_id, milestone_id, unit_id), [])
        title = inner_quotes(self.titles[(campaign_id, milestone_id)])
        unit = self.units.names.get(unit_id, unit_id)
        if not found:
            raise InputError(
                _("{unit} does not owe “{milestone}”").format(unit=unit, milestone=title),
                _("leave the cell empty"),
            )
        fitting = [one for one in found if not month or month in {one.period, one.period[5:]}]
        if len(fitting) == 1:
            return fitting[0]
        months = _(", ").join(one.period for one in found if one.period)
        raise InputError(
            _("“{milestone}” is due in several months").format(milestone=title)
            if fitting
            else _("“{milestone}” is not due in {month}").format(milestone=title, month=month),
            _("its months are: {months}").format(months=months or _("none")),
        )

    def _milestone(self, campaign_id: str, text: str) -> str:
        return find_named(text, self._milestones[campaign_id], _("milestone"))
