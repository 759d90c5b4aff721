"""September and the October holiday, replayed for one campaign: before the days off it says so, and
it goes out on the weekend that offices work instead."""

import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

from config.settings import BUNDLED_CAMPAIGNS
from tests.acceptance.test_season import replayed
from tests.support.season import (
    WORKING_WEEKENDS,
    assert_in_office_hours,
    assert_said_before,
    digests_of,
    judged,
    mails_of,
    opened,
    sent_at,
)  # fmt: skip

FIRST, LAST = date(2022, 9, 1), date(2022, 10, 10)


def test_a_long_holiday_and_the_weekend_that_is_worked_instead(tmp_path: Path) -> None:
    campaigns = tmp_path / "campaigns"
    campaigns.mkdir()
    shutil.copy(BUNDLED_CAMPAIGNS / "cross-province-2022.yaml", campaigns)
    autumn = replayed(tmp_path, FIRST, LAST, DUBAN_CAMPAIGNS_DIR=str(campaigns))
    mails = mails_of(autumn)
    assert len(mails) > 500
    assert_in_office_hours(mails)
    assert {sent_at(mail).date() for mail in mails} >= {
        day for day in WORKING_WEEKENDS if day > FIRST
    }
    digests = digests_of(autumn, mails)
    assert {len(mails) for mails in digests.values()} == {1}
    with closing(opened(autumn)) as rows:
        assert_said_before(rows, digests, "2022-10-05", "2022-09-30", "10月5日")
    assert judged(autumn, LAST)["assignments"] > 300
