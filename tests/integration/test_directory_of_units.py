"""Reading the contacts of some assignments alone finds the same people as reading all of them."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from sqlmodel import col, select

from notifications.recipients import Directory
from tests.support.moments import day
from tests.support.office import SampleOffice
from tests.support.organisation import CAMPAIGN, PLAN
from workflows.ladder import Role
from workflows.people.absences import Away, add_absence
from workflows.tables import Assignment, Campaign, Contact, MilestoneRow

UNITS = ("north", "south", "hill", "bureau")
TODAY = day("2022-06-13")


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[SampleOffice]:
    here = SampleOffice(tmp_path, database_url=database_url)
    for unit in (*UNITS, "roads", "safety"):
        for role in ("contact", "deputy", "lead"):
            here.add_contact(unit, role, f"{unit}-{role}@example.org")
    here.add_contact("north", "contact", "own@example.org", "bridges-2022")
    here.add_contact("hill", "contact", "roads-contact@example.org")  # one person in two places
    everyone = PLAN.replace("[北城市]", "[北城市, 南城市, 山县, 省局]")
    here.apply(everyone)
    here.apply(everyone, head=CAMPAIGN.replace("bridges", "tunnels"))
    with here.database.write() as session:
        for away, deputy in (
            ("south-contact@example.org", "hill-deputy@example.org"),  # of another unit
            ("roads-contact@example.org", ""),
        ):
            add_absence(session, Away(away, TODAY, TODAY, deputy), here.clock(), "tester", "")
        wants = select(Contact).where(col(Contact.address) == "safety-contact@example.org")
        person = session.exec(wants).one()
        person.channel = "dingtalk"
        session.add(person)
    yield here
    here.close()


def test_the_same_people_are_told(office: SampleOffice) -> None:
    roles = [*Role, "fixed@example.org", "safety-contact@example.org"]
    compared = 0
    with office.database.read() as session:
        every = Directory(session, office.organisation, today=TODAY)
        assignments = session.exec(select(Assignment)).all()
        assert len({one.campaign_id for one in assignments}) == 2
        for count in (1, 2, 3):
            for batch in combinations(assignments, count):
                some = Directory(session, office.organisation, today=TODAY, of=batch)
                for one in batch:
                    milestone = session.get_one(MilestoneRow, (one.campaign_id, one.milestone_id))
                    campaign = session.get_one(Campaign, one.campaign_id)
                    for role in roles:
                        told = every.recipients([role], one, milestone, campaign)
                        assert some.recipients([role], one, milestone, campaign) == told
                        for person in told:
                            channel = every.channel_of(person.address)
                            assert some.channel_of(person.address) == channel
                            compared += 1
    assert compared > 100
