"""The strict reader of iCalendar is itself strict: for each of its rules a calendar breaks it."""

import pytest

from tests.support.rfc5545 import RULES, breaches

UID, OTHER = "d2af4b50-e3e4-5612-b0c3-f8f03fc0ff14", "dbc4a854-ce3b-55cb-bef2-75d6d1505295"
GOOD = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//Test//ZH
CALSCALE:GREGORIAN
NAME:督办
X-WR-CALNAME:督办
DESCRIPTION:何时\\, 何事\\; 何人
COLOR:steelblue
SOURCE;VALUE=URI:https://example.org/feeds/a.ics
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
LAST-MODIFIED:20220601T020000Z
BEGIN:VTIMEZONE
TZID:Asia/Shanghai
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0800
TZOFFSETTO:+0800
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:{UID}
DTSTAMP:20220601T020000Z
DTSTART;VALUE=DATE:20220615
DTEND;VALUE=DATE:20220616
SEQUENCE:3
STATUS:CONFIRMED
TRANSP:TRANSPARENT
CLASS:PUBLIC
CATEGORIES:桥梁,隐患\\,排查
SUMMARY;LANGUAGE=zh:报送排查方案
URL:https://example.org/a?b=1&c=%20
X-NOTE;X-A="a:b;c,d",e:\\\\ \\n \\;
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:报送
TRIGGER:-P2DT15H
END:VALARM
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:报送
TRIGGER;VALUE=DATE-TIME:20220614T010000Z
END:VALARM
END:VEVENT
BEGIN:VTODO
UID:{OTHER}
DTSTAMP:20220601T020000Z
DTSTART;TZID=Asia/Shanghai:20220615T090000
DUE;TZID=Asia/Shanghai:20220615T180000
COMPLETED:20220614T010000Z
PERCENT-COMPLETE:100
STATUS:COMPLETED
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:报送
TRIGGER;RELATED=END:-PT9H
END:VALARM
END:VTODO
END:VCALENDAR
"""
LONG = "排" * 30
DUE = "DUE;TZID=Asia/Shanghai:20220615T180000"

# The rule that is broken, what stands in the good calendar, and what stands there instead.
BROKEN = [
    ("crlf_ends_each_line", "CLASS:PUBLIC\r\n", "CLASS:PUBLIC\n"),
    ("crlf_ends_each_line", "CLASS:PUBLIC", "CLASS:PUB\rLIC"),
    ("crlf_ends_each_line", "END:VCALENDAR\r\n", "END:VCALENDAR"),
    ("no_line_is_longer_than_75_octets", "NAME:督办", f"NAME:{LONG}"),
    ("no_line_is_longer_than_75_octets", "NAME:督办", f"NAME:{'a' * 71}"),
    ("no_line_is_empty", "CLASS:PUBLIC\r\n", "CLASS:PUBLIC\r\n\r\n"),
    ("no_line_is_empty", "CLASS:PUBLIC\r\n", "CLASS:PUBLIC\r\n \r\n"),
    ("no_control_characters", "CLASS:PUBLIC", "CLASS:PUBLIC\x00"),
    ("no_control_characters", "NAME:督办", "NAME:督\x7f办"),
    ("no_mark_before_the_first_line", "BEGIN:VCALENDAR", "\ufeffBEGIN:VCALENDAR"),
    ("grammar", "CLASS:PUBLIC", "CLASS"),
    ("grammar", "CLASS:PUBLIC", "CL_SS:PUBLIC"),
    ("grammar", "CLASS:PUBLIC", "CLASS;X-A:PUBLIC"),
    ("grammar", "CLASS:PUBLIC", 'CLASS;X-A=a"b:PUBLIC'),
    ("grammar", "CLASS:PUBLIC", "CLASS\r\n:PUBLIC"),
    ("grammar", "END:VEVENT", "END:VTODO"),
    ("grammar", "END:VCALENDAR\r\n", ""),
    ("grammar", "END:VCALENDAR\r\n", "END:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
    ("names_are_registered_or_begin_with_x", "CLASS:PUBLIC", "KLASS:PUBLIC"),
    ("value_says_a_type_that_is_not_the_default", "DTEND;VALUE=DATE:", "DTEND:"),
    ("value_says_a_type_that_is_not_the_default", "TRIGGER;VALUE=DATE-TIME:", "TRIGGER:"),
    ("value_says_a_type_that_is_not_the_default", ";VALUE=DURATION:PT1H", ":PT1H"),
    ("value_says_a_type_that_is_not_the_default", "SOURCE;VALUE=URI", "SOURCE"),
    ("value_says_a_type_that_is_not_the_default", "CLASS:", "CLASS;VALUE=INTEGER:"),
    ("values_are_of_their_type", ":PT1H\r\nX", ":P1H\r\nX"),
    ("values_are_of_their_type", "-P2DT15H", "-P1W2D"),
    ("values_are_of_their_type", "-P2DT15H", "-P2D15H"),
    ("values_are_of_their_type", "-P2DT15H", "-PT15H30S"),
    ("values_are_of_their_type", "-P2DT15H", "-PT"),
    ("values_are_of_their_type", "-P2DT15H", "-P1M"),
    ("values_are_of_their_type", "20220615\r\n", "20220631\r\n"),
    ("values_are_of_their_type", "20220615\r\n", "2022-06-15\r\n"),
    ("values_are_of_their_type", "DTSTAMP:20220601T020000Z", "DTSTAMP:20220601T250000Z"),
    ("values_are_of_their_type", "SEQUENCE:3", "SEQUENCE:3.0"),
    ("values_are_of_their_type", "NAME:督办", "NAME:督,办"),
    ("values_are_of_their_type", "NAME:督办", "NAME:督;办"),
    ("values_are_of_their_type", "NAME:督办", "NAME:督\\办"),
    ("values_are_of_their_type", "NAME:督办", "NAME:督办\\"),
    ("values_are_of_their_type", "CATEGORIES:桥梁", "CATEGORIES:桥;梁"),
    ("values_are_of_their_type", "c=%20", "c=%2"),
    ("values_are_of_their_type", "c=%20", "c=桥"),
    ("values_are_of_their_type", "https://example.org/a?", "example.org/a?"),
    ("values_are_of_their_type", "TZOFFSETTO:+0800", "TZOFFSETTO:0800"),
    ("values_are_of_their_type", "TZOFFSETTO:+0800", "TZOFFSETTO:-0000"),
    ("parameters_are_known_and_said_once", "LANGUAGE=zh", "LANG=zh"),
    ("parameters_are_known_and_said_once", "LANGUAGE=zh", "LANGUAGE="),
    ("parameters_are_known_and_said_once", "LANGUAGE=zh", "LANGUAGE=zh;LANGUAGE=en"),
    ("parameters_stand_where_they_belong", "CLASS:", "CLASS;RELATED=END:"),
    ("parameters_stand_where_they_belong", "DTSTAMP:", "DTSTAMP;TZID=Asia/Shanghai:"),
    ("parameters_stand_where_they_belong", "CLASS:", "CLASS;LANGUAGE=zh:"),
    ("tzid_is_on_local_times_alone", "DTEND;", "DTEND;TZID=Asia/Shanghai;"),
    ("tzid_is_on_local_times_alone", "20220615T180000", "20220615T180000Z"),
    ("prodid_and_version_once", "VERSION:2.0\r\n", ""),
    ("prodid_and_version_once", "VERSION:2.0\r\n", "VERSION:2.0\r\nVERSION:2.0\r\n"),
    ("prodid_and_version_once", "PRODID:-//Test//Test//ZH\r\n", ""),
    ("the_rest_at_most_once", "COLOR:steelblue\r\n", "COLOR:red\r\nCOLOR:red\r\n"),
    ("there_is_a_component", GOOD[GOOD.index("BEGIN:VTIMEZONE") : -len("END:VCALENDAR\n")], ""),
    ("components_stand_where_they_belong", "VTODO", "VALARM"),
    ("components_stand_where_they_belong", "END:VEVENT", "CLASS:PUBLIC\r\nEND:VEVENT"),
    ("fixed_values", "VERSION:2.0", "VERSION:1.0"),
    ("fixed_values", "CALSCALE:GREGORIAN", "CALSCALE:CHINESE"),
    ("fixed_values", "PRODID:-//Test//Test//ZH", "PRODID:"),
    ("a_feed_has_no_method", "CALSCALE:", "METHOD:PUBLISH\r\nCALSCALE:"),
    ("a_feed_has_no_uid", "CALSCALE:", f"UID:{UID}\r\nCALSCALE:"),
    ("one_name_for_each_language", "NAME:督办\r\n", "NAME:督办\r\nNAME:Duban\r\n"),
    ("the_refresh_interval_is_a_positive_duration", "DURATION:PT1H", "DURATION:-PT1H"),
    ("the_refresh_interval_is_a_positive_duration", "DURATION:PT1H", "DURATION:PT0S"),
    ("the_refresh_interval_is_a_positive_duration", ";VALUE=DURATION:PT1H", ":PT1H"),
    ("the_source_is_an_address", "SOURCE;VALUE=URI", "SOURCE"),
    ("a_color_is_a_name_of_css", "steelblue", "duskblue"),
    ("a_color_is_a_name_of_css", "steelblue", "#4682B4"),
    ("uids_are_unique", OTHER, UID),
    ("uids_are_global_and_not_too_long", OTHER, "plan-1"),
    ("uids_are_global_and_not_too_long", OTHER, "a" * 60 + "\r\n " + "\r\n ".join(["b" * 70] * 3)),
    ("a_time_zone_that_is_used_is_there", "TZID:Asia/Shanghai", "TZID:Asia/Urumqi"),
    ("a_time_zone_is_whole", "TZOFFSETTO:+0800\r\n", ""),
    ("a_time_zone_is_whole", "TZID:Asia/Shanghai\r\n", ""),
    ("a_time_zone_is_whole", "19700101T000000", "19700101T000000Z"),
    ("uid_and_dtstamp_are_there", f"UID:{UID}\r\n", ""),
    ("uid_and_dtstamp_are_there", f"{OTHER}\r\nDTSTAMP:20220601T020000Z\r\n", f"{OTHER}\r\n"),
    ("uid_and_dtstamp_are_there", "DTSTART;VALUE=DATE:20220615\r\n", ""),
    ("properties_come_once", "SEQUENCE:3\r\n", "SEQUENCE:3\r\nSEQUENCE:3\r\n"),
    ("properties_come_once", "CLASS:PUBLIC\r\n", "CLASS:PUBLIC\r\nURL:a:b\r\n"),
    ("properties_belong_to_their_component", "CLASS:PUBLIC", "PERCENT-COMPLETE:5"),
    ("properties_belong_to_their_component", "PERCENT-COMPLETE:100", "TRANSP:OPAQUE"),
    ("an_end_or_a_duration", "CLASS:PUBLIC", "DURATION:P1D"),
    ("an_end_or_a_duration", DUE, "DURATION:PT9H\r\nDUE:20220616T000000Z"),
    ("the_end_is_after_the_start", "DTEND;VALUE=DATE:20220616", "DTEND;VALUE=DATE:20220615"),
    ("the_end_is_after_the_start", "20220615T180000", "20220615T090000"),
    ("the_end_is_of_the_starts_type", "DTEND;VALUE=DATE:20220616", "DTEND:20220616T000000Z"),
    ("the_end_is_of_the_starts_type", DUE, "DUE:20220615T180000Z"),
    ("a_duration_is_positive", "DTEND;VALUE=DATE:20220616", "DURATION:-P1D"),
    ("a_duration_is_positive", "DTEND;VALUE=DATE:20220616", "DURATION:PT24H"),
    ("a_duration_is_positive", "DTEND;VALUE=DATE:20220616", "DURATION:P0D"),
    ("moments_are_in_utc", "DTSTAMP:20220601T020000Z", "DTSTAMP:20220601T020000"),
    ("moments_are_in_utc", "LAST-MODIFIED:20220601T020000Z", "LAST-MODIFIED:20220601T020000"),
    ("moments_are_in_utc", "COMPLETED:20220614T010000Z", "COMPLETED;VALUE=DATE:20220614"),
    ("a_status_is_one_of_its_component", "CONFIRMED", "COMPLETED"),
    ("a_status_is_one_of_its_component", "STATUS:COMPLETED", "STATUS:CONFIRMED"),
    ("transparency_is_one_of_two", "TRANSPARENT", "FREE"),
    ("numbers_are_in_their_range", "PERCENT-COMPLETE:100", "PERCENT-COMPLETE:101"),
    ("numbers_are_in_their_range", "SEQUENCE:3", "SEQUENCE:-1"),
    ("a_class_is_a_token", "CLASS:PUBLIC", "CLASS:for us"),
    ("categories_say_something", "CATEGORIES:桥梁,", "CATEGORIES:桥梁,,"),
    ("an_alarm_is_whole", "DESCRIPTION:报送\r\n", ""),
    ("an_alarm_is_whole", "TRIGGER:-P2DT15H\r\n", ""),
    ("an_alarm_is_whole", "ACTION:DISPLAY\r\n", ""),
    ("an_alarm_is_whole", "ACTION:DISPLAY", "ACTION:POPUP"),
    ("an_alarms_properties_come_once", "TRIGGER:-P2DT15H", "TRIGGER:-P2D\r\nTRIGGER:-P3D"),
    ("an_alarms_properties_come_once", "TRIGGER:-P2DT15H", "TRIGGER:-P2D\r\nSTATUS:CONFIRMED"),
    ("repeat_and_duration_together", "TRIGGER:-P2DT15H", "TRIGGER:-P2D\r\nREPEAT:2"),
    ("a_trigger_at_a_moment_is_in_utc", "010000Z\r\nEND:VALARM", "010000\r\nEND:VALARM"),
    ("a_trigger_at_a_moment_is_in_utc", "TRIGGER;VALUE", "TRIGGER;RELATED=END;VALUE"),
    ("related_is_start_or_end", "RELATED=END", "RELATED=DUE"),
    ("what_a_trigger_relates_to_is_there", DUE + "\r\n", ""),
    ("what_a_trigger_relates_to_is_there", "DTSTART;VALUE=DATE:20220615\r\n", ""),
]  # fmt: skip


def wire(text: str) -> bytes:
    """The text with the line ends of the wire."""
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def found(body: bytes) -> set[str]:
    """The names of the rules that are broken."""
    return {one.rule for one in breaches(body)}


def test_the_good_one_is_good() -> None:
    assert [str(one) for one in breaches(wire(GOOD))] == []


@pytest.mark.parametrize(("rule", "good", "bad"), BROKEN)
def test_what_breaks_a_rule_is_refused(rule: str, good: str, bad: str) -> None:
    body, good = wire(GOOD), good if "\r" in good else good.replace("\n", "\r\n")
    assert good.encode() in body
    assert rule in found(body.replace(good.encode(), bad.encode()))


def test_a_character_split_by_a_fold_is_refused() -> None:
    body = wire(GOOD).replace("NAME:督".encode(), b"NAME:\xe7\r\n \x9d\xa3", 1)
    assert found(body) == {"no_character_is_split_by_a_fold"}  # put together it says the same


def test_each_rule_is_tried() -> None:
    assert set(RULES) <= {rule for rule, _good, _bad in BROKEN} | {
        "no_character_is_split_by_a_fold"
    }


def test_what_is_folded_is_read_as_one() -> None:
    assert (
        found(wire(GOOD).replace(b"PUBLIC", b"PUB\r\n LIC").replace(b"CLASS", b"CL\r\n\tASS"))
        == set()
    )


@pytest.mark.parametrize("good", ["P2W", "+P1D", "-PT15M", "PT1H2M3S", "P1DT5S"])
def test_durations_that_are_well_written(good: str) -> None:
    assert found(wire(GOOD).replace(b"-P2DT15H", good.encode())) == set()
