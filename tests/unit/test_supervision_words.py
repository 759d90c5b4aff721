"""What a supervision notice says of its reminders fits a narrow column."""

from datetime import date, timedelta

from config.i18n import set_language
from notifications.supervision_words import sent

TODAY = date(2022, 9, 8)


def test_a_few_reminders_are_named_and_of_many_the_first_and_the_last() -> None:
    set_language("zh")
    days = [date(2022, 6, 13) + timedelta(days=3 * number) for number in range(15)]
    assert sent(days[:3], TODAY) == "3次：6月13日、6月16日、6月19日"
    assert sent(days, TODAY) == "15次（6月13日至7月25日）"
    assert sent([], TODAY) == "无记录"
