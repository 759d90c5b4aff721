"""A short, seeded part of the kill test; the soak runs months of it (tests/soak)."""

from pathlib import Path

import pytest

from config.settings import InDoubt
from tests.soak.killing import Month
from tests.support import postgres
from tests.support.moments import at
from tests.support.smtp import MailServer

KILLS = 2


# The soak kills on SQLite with InDoubt.RESEND as well.
@pytest.mark.parametrize(("kind", "policy"), [("postgres", InDoubt.HOLD)])
def test_killed_at_any_moment_nothing_is_lost_and_every_doubt_is_known(
    tmp_path: Path, kind: str, policy: InDoubt
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    sqlite = f"sqlite:///{home / 'duban.db'}"
    url = sqlite if kind == "sqlite" else postgres.fresh_database()
    with MailServer() as server:
        month = Month(home, url, server, policy, seed=2022)
        month.prepare(at("2022-06-06 08:00"))
        month.play(at("2022-06-06 08:30"), at("2022-06-09"), most_kills=KILLS)
        month.database.close()
    outcome = month.outcome
    assert len(outcome.kills) == KILLS
    assert outcome.mails > 20
    assert outcome.deliveries > 20
    assert outcome.findings == []
    assert outcome.lost == []
    assert outcome.doubled == []
    # What arrived twice had been in doubt, and was sent again only where the setting asks for it.
    assert outcome.arrived_twice <= outcome.doubtful
    if policy is InDoubt.HOLD:
        assert outcome.arrived_twice == 0
