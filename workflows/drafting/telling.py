"""Small questions about clauses: whether they go on, share, or name; and their dates."""

import re
from itertools import pairwise

from workflows.drafting.actions import Action, Source
from workflows.drafting.plan_words import VERBS
from workflows.drafting.sentences import Piece, outside_brackets
from workflows.drafting.timing import Timed, deadlines_in

_ELLIPTIC = re.compile(r"^[\s　]*(?:要|应|须)?(?:对(?![照标接应])|将|把|就)")
_RUN = re.compile(r"进行|开展|实施|予以|加强|做好|组织|督促|督导|检查|完成")
_SHARE = re.compile(r"[\s　]*(?:各|均)?(?:[一-龥]{0,4}?)(?:不超过|不少于|不低于|至少|最多|限|\d)")
_RESPECTIVELY = re.compile(r"分别(?:于|在)?|依次(?:于|在)?")


def told_apart(clauses: list[Piece], dates: list[Timed]) -> list[Piece]:
    """The clauses; one with a date before each thing (4月底前摸清、6月底前整治) is cut at 、."""
    found: list[Piece] = []
    before = 0
    for clause in clauses:
        inside = [one for one in dates if before <= one.start < clause.end]
        before = clause.end
        edges = [place for place in outside_brackets(clause.text) if clause.text[place] == "、"]
        starts = [one.start - clause.start for one in inside[1:]]
        cuts = [place for place in edges if any(0 < start - place <= 2 for start in starts)]
        if len(inside) < 2 or len(cuts) != len(inside) - 1:
            found.append(clause)
            continue
        bounds = [-1, *cuts, len(clause.text)]
        pieces = [Piece(clause.text[a + 1 : b], clause.start + a + 1) for a, b in pairwise(bounds)]
        whole = not _RESPECTIVELY.search(clause.text) and all(
            len(piece.text.rsplit("　", 1)[-1]) >= 3 for piece in pieces
        )
        found += pieces if whole else [clause]
    return found


def without_dates(text: str, year: int) -> str:
    """A text with blanks for its deadlines."""
    for one in deadlines_in(text, year):
        text = text[: one.start] + "　" * (one.end - one.start) + text[one.end :]
    return text


def add_dates(action: Action, own: list[Timed]) -> None:
    usable = [one for one in own if one.usable]
    if usable:
        action.timed += usable
        action.source = Source.OWN
    action.unclear += [one for one in own if not one.usable]


def names_stage(text: str, title: str) -> bool:
    core = re.sub(r"(?:工作)?阶段$", "", title)
    return len(core) >= 3 and core in text


def shares(group: Action, rest: str, clause: str) -> bool:
    """Whether a clause only says how much of it is whose: 全省新建60处，其中某市不少于5处."""
    shares = _SHARE.match(rest) is not None and VERBS.search(rest) is None
    return shares and (group.numbers or "其中" in clause[:6])


def joint(before: str, rest: str) -> bool:
    """Whether two actors do one thing: 市县指导…开展自查，中心指导…开展自查."""
    before, rest = before.strip("　 "), rest.strip("　 ")
    if _ELLIPTIC.match(before) and not _RUN.search(before):
        return True
    return len(before) >= 4 and before[-4:] == rest[-4:]
