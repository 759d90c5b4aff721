"""Ids from Chinese titles: `报送“司机之家”年度总结` becomes `baosong-siji-zhijia-niandu-zongjie`.

Syllables stand together as words: general ones of official titles, and what is between them.
"""

import re
import unicodedata
from collections.abc import Iterable

from workflows.drafting.official_words import WORDS

_MOST = 40  # characters; an Id may have 64
_WORDS = 5
# What a cut costs, so that the least sum has the most known words and the fewest single characters.
_OF_WORD, _OF_IZATION, _OF_PARTICLE = 1.0, 1.5, 1.6
_OF_UNKNOWN = {1: 2.2, 2: 3.0, 3: 4.6}  # by length
_IZATION = re.compile(r"[一-龥][一-龥](?<![强深优简细量净美固转消弱])化")
_PARTICLES = frozenset("在对于将等从向把被以其该所为由个各应要按至到中内外和及与并")
_SPOKEN = {"长效": "changxiao"}  # words that the pinyin tables read otherwise
_LONGEST_WORD = max(map(len, WORDS))
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

    found: list[str] = []
    for word in _words_of(text):
        syllables = [_SPOKEN[word]] if word in _SPOKEN else lazy_pinyin(word, errors="ignore")
        letters = re.sub(r"[^a-z0-9]", "", "".join(syllables).lower())
        if letters and word not in _PARTICLES:
            found.append(letters)
    return found


def _words_of(text: str) -> list[str]:
    """A text cut into words, where that costs least."""
    best: list[tuple[float, int]] = [(0.0, 0)]  # of the text up to a place, and the cut before it
    for end in range(1, len(text) + 1):
        starts = range(max(0, end - _LONGEST_WORD), end)
        best.append(min((best[one][0] + _cost(text[one:end]), one) for one in starts))
    words: list[str] = []
    end = len(text)
    while end:
        start = best[end][1]
        words.insert(0, text[start:end])
        end = start
    return words


def _cost(piece: str) -> float:
    if piece in WORDS:
        return _OF_WORD
    if piece in _PARTICLES:
        return _OF_PARTICLE
    if _IZATION.fullmatch(piece):
        return _OF_IZATION
    return _OF_UNKNOWN.get(len(piece), 9.0 * len(piece))
