"""Large attachments (超大附件): links that expire, so they are named at once, with their dates."""

import re
from datetime import date, timedelta
from typing import Any

from config.plain_text import single_line
from notifications.inbox.received import Received
from workflows.uploads import clean_name

_MOST = 50
_AROUND = 400  # characters on each side of a link in which its expiry may stand
_URL = re.compile(r"https?://[^\s<>\"'，。；）)】]{4,2000}", re.IGNORECASE)
# QQ Mail and Tencent Exmail; NetEase's 云附件 and 网易网盘; Sina, Aliyun and 139 by their paths.
_PLACES = re.compile(
    r"^https?://(?:(?:[\w-]+\.)*mail\.qq\.com/(?:cgi-bin/ftnexs_download|ftn/)"
    r"|(?:[\w-]+\.)*exmail\.qq\.com/(?:cgi-bin/ftnexs_download|ftn/)"
    r"|u\.163\.com/|(?:dashi|fs)\.163\.com/|(?:[\w-]+\.)*mail\.(?:163|126)\.com/large-attachment"
    r"|(?:[\w-]+\.)*netease\.com/large-attachment"
    r"|(?:[\w-]+\.)*mail\.sina\.com\.cn/filecenter|(?:[\w-]+\.)*mail\.10086\.cn/(?:disk|largeattach))",
    re.IGNORECASE,
)
_DAY = r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})"
_EXPIRY = re.compile(
    rf"(?:过期时间|有效期至?|有效期限|到期时间|过期|到期|expir\w*)[^\d\n]{{0,15}}{_DAY}"
    rf"|{_DAY}\s*日?[^\d\n]{{0,3}}(?:\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?[^\d\n]{{0,6}}(?:过期|到期|失效|前有效)",
    re.IGNORECASE,
)
_DAYS = re.compile(
    r"(?:有效期|剩余|还有|expires? in)[^\d\n]{0,6}(\d{1,3})\s*(?:天|days?)"
    r"|(\d{1,3})\s*天(?:后|内)?(?:过期|到期|失效|有效)",
    re.IGNORECASE,
)
_NAME = re.compile(r"([^\s<>/\\:*?\"|（(]{1,100}\.[A-Za-z][A-Za-z0-9]{1,4})(?![\w./])")


def large_links(mail: Received, sent_on: date) -> list[dict[str, Any]]:
    """The links of large attachments: `url`, `name` ('' where none is said) and `expires` (an ISO
    day, '' where none is said; days that are left count from `sent_on`, a local day)."""
    text = f"{mail.subject}\n{mail.text}"[:400_000]
    places = [one for one in _URL.finditer(text) if _PLACES.match(one[0])][: _MOST * 4]
    found: dict[str, dict[str, Any]] = {}
    for number, place in enumerate(places):
        before = max(places[number - 1].end() if number else 0, place.start() - _AROUND)
        next_one = places[number + 1].start() if number + 1 < len(places) else len(text)
        behind = text[place.end() : min(next_one, place.end() + _AROUND)]
        ahead = text[before : place.start()]
        url = single_line(place[0])
        one = {
            "url": url,
            "name": _name(ahead),
            "expires": _expiry(behind, sent_on) or _expiry(ahead, sent_on),
        }
        earlier = found.get(url)
        if earlier is None and len(found) < _MOST:
            found[url] = one
        elif earlier is not None:
            found[url] = {key: earlier[key] or one[key] for key in one}
    return list(found.values())


def _name(text: str) -> str:
    names = _NAME.findall(text)
    return clean_name(names[-1]) if names else ""


def _expiry(text: str, sent_on: date) -> str:
    found = _EXPIRY.search(text)
    try:
        if found is not None:
            year, month, day = (int(one) for one in found.groups() if one is not None)
            return date(year, month, day).isoformat()
        left = _DAYS.search(text)
        if left is not None:
            return (sent_on + timedelta(days=int(left[1] or left[2]))).isoformat()
    except (ValueError, OverflowError):
        pass
    return ""
