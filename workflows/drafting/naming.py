"""Ids from Chinese titles: `报送“司机之家”年度总结` becomes `baosong-siji-zhijia-niandu-zongjie`.

Syllables stand together as words: those of the list below, and two by two what is between them.
"""

import re
import unicodedata
from collections.abc import Iterable

_MOST = 40  # characters; an Id may have 64
_WORDS = 5
# General words of official titles that are not of two syllables, or that others must not cut.
_KNOWN = (
    r"[一-龥][一-龥](?<![强深优简细量净美固转消弱])化|"
    "省辖市|直管县|地级市|县级市|设区市|自治州|不少于|不低于|以上|"
    "联络员|联络人|联系人|负责人|信息表|统计表|情况表|进度表|登记表|汇总表|报名表|"
    "调查表|明细表|任务书|责任书|承诺书|推进会|现场会|座谈会|培训会|动员会|部署会|"
    "示范区|示范点|主管部门|网约车|出租车|公交车|一件事|互联网|高质量|常态化|信息化|"
    "标准化|规范化|数字化|智能化|下一步|驾驶员|管理员|月报|季报|年报|周报"
)
_SKIPPED = re.compile(
    r"(?:19|20)\d\d年?度?|(?:^(?!组织)|(?<=年))[一-龥]{2}省(?![级厅委局直辖])|各(?=[省市县区地])|[的了]|(?<=..)[和及与并](?=..)|\W|_"
)
_PIECE = re.compile(r"[A-Za-z0-9]+|[\u4e00-\u9fff]+")


class Names:
    """Gives ids, each once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def name(self, title: str, otherwise: str) -> str:
        """An id from `title`; `otherwise` begins it where the title has no word to take."""
        base = slug(title) or otherwise
        found, n = base, 1
        while found in self._taken:
            n += 1
            found = f"{base}-{n}"
        self._taken.add(found)
        return found


def slug(title: str) -> str:
    """The words of a title in Latin letters, '' where it has none."""
    plain = unicodedata.normalize("NFKC", title[:200])
    words: list[str] = []
    for part in _SKIPPED.split(plain):
        for piece in _PIECE.findall(part or ""):
            words += [piece.lower()] if piece.isascii() else _spelt(piece)
    kept: list[str] = []
    for word in words[:_WORDS]:
        word = word[:_MOST]
        if len("-".join([*kept, word])) > _MOST:
            break
        kept.append(word)
    return "-".join(kept)


def _spelt(text: str) -> list[str]:
    from pypinyin import lazy_pinyin  # its tables take a tenth of a second to load

    found = []
    for n, run in enumerate(re.split(f"({_KNOWN})", text)):
        for word in [run] if n % 2 else _by_two(run):
            syllables = lazy_pinyin(word, errors="ignore")
            letters = re.sub(r"[^a-z0-9]", "", "".join(syllables).lower())
            if letters:
                found.append(letters)
    return found


def _by_two(run: str) -> list[str]:
    words = [run[n : n + 2] for n in range(0, len(run), 2)]
    if len(words) > 1 and len(words[-1]) == 1:
        words[-2:] = ["".join(words[-2:])]
    return words
