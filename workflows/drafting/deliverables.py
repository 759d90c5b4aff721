"""What a sentence asks to hand in, and how: `将联络员信息表（附件1）加盖公章后报送省厅`,
`形成总结报告，于6月25日前报送`, `以正式文件形式`, `PDF和WORD格式`."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workflows.documents.model import Place
from workflows.drafting.model import Read, Sentence, Sure

_SEND = (
    r"报送|上报|提交|反馈|递交|填报|报备|函报|汇报|报至|报给|报回|送交|发送|"
    r"报(?=省|市|厅|局|我|县|州|委|总队|自治区|上级|请|送)|"
    r"发(?:送)?至|反馈(?=(?:至|给|到)?(?:我|省|市|厅|局|委|总队)|[。；]?$)"
)
_NOUNS = (
    r"方案|总结评估报告|总结报告|工作总结|总结|报告|报表|清单|台账|统计表|汇总表|情况表|信息表|"
    r"登记表|进度表|明细表|任务表|调查表|表格|附表|表|名单|材料|数据|情况|计划|信息|经验做法|做法|经验|进展|结果|"
    r"成果|照片|影像|视频|资料|承诺书|责任书|意见建议|意见|建议|简报|进度|档案|申请|案例|小结|台帐|"
    r"预案|规划|办法|细则|文件|回执|联络员|联络人|联系人"
)
_SENT = re.compile(_SEND)
# Sending as a thing, or as what was done: 信息报送工作, 上报的清单, 加强信息报送.
_NO_DEED = re.compile(
    r"工作(?=[，。；、的要应由中等]|$|\s)|制度|机制|渠道|要求|流程|的|时限|质量|责任|不及时"
)
_NAMED_DEED = re.compile(r"(?:加强|强化|做好|规范|严格|负责|落实|抓好|按时)[^，]{0,30}$")
_NOUN_END = re.compile(rf"(?:{_NOUNS})$")
_NOUN = re.compile(_NOUNS)
_FORMED = re.compile(
    r"形成(?P<what>《[^》]+》|[^，。；、]{0,40}?(?:总结评估报告|评估报告|报告|总结|方案|清单|台账|材料|经验(?:材料|做法|总结)?)(?:报告)?)"
)
_REPORTED = re.compile(r"向[^，。；]{1,15}?(?:书面|专题|专项)?报告(?P<what>[^，。；]{2,40})")
_GIVEN = re.compile(r"(?:将|把)(?P<what>[^，。；]{2,80})$")
_MANNER = re.compile(
    r"(?:以|于|在|自|按|经|由|向)?(?:书面|正式|及时|统一|一并|分别|按时|按要求|逐级|同步|另行|定期|"
    r"加?盖(?:单位)?(?:公章|印章|章)后?|签字盖章后?|审核后|行文|通过.{1,12}|(?:以|按)[^，]{0,18}(?:形式|文件|格式)|"
    r"(?:电子版|纸质版|扫描件))+$"
)
_WHEN = re.compile(
    r"(?:分别)?(?:于|在|自|至|每|收到)[^，]*?(?:\d|日|月|前|内|后|每).*$|(?:\d{4}年)?\d{1,2}月.*$"
)
_FILLED = re.compile(
    r"^.*(?:填写|填好|编制|编写|撰写|起草|制定|制订|提供|梳理|汇总|建立|完善|明确|确定|要|应(?![急用对收届])|须|需|请)(?=.{2})"
)
_SUBJECT = re.compile(
    r"^(?:各|有关|相关|本)(?:[省市县区州地级]+|[（(][市区县、]+[)）]|直管|直属|单位|部门|企业|处室|成员)+"
)
_WHOSE = re.compile(
    r"^(?:(?:结合)?(?:本地|自身|工作)?实际(?:制定|编制|形成)?|各自|本地区?|本单位|有关|相关|的|上一?个?月度?|当月|本月|上季度|\d+名|[一1]次|不少于\d+[个份篇]|\d+[个份篇])+(?=.{2})"
)
_WHOSE_FORM = re.compile(r"^[×xX_＿\s]*(?:市|县|省|区)?(?:[（(]\S{1,4}[）)])?\s*")
_ATTACHED = re.compile(
    r"附件\s*(?P<number>[0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})?(?![0-9０-９])"
)
_TO_WHOM = re.compile(
    r"^(?:至|给|到|向)?(?:省|市|县|区|州|厅|局|部|我|本|上级|交通|运输|管理|主管|部门|委|处|办|办公室|"
    r"中心|领导小组|专班|国家|有关|相关|科|站|室|政府|公司)+(?=[^，。；]|$)"
)
_LISTED = re.compile(r"[、和及与]|以及|并")
_STAMPED = re.compile(r"加?盖(?:单位)?(?:公章|印章|章)|签字盖章|签章|盖章")
_WRITTEN = re.compile(r"书面")
_FORMAL = re.compile(
    r"正式(?:行文|文件|公文|函件)|以(?:正式)?文件(?:的)?形式|红头文件|行文(?:上报|报送)"
)
_FORMATS = {
    "PDF": r"PDF", "WORD": r"WORD|DOCX?", "EXCEL": r"EXCEL|XLSX?", "JPG": r"JPE?G",
    "PPT": r"PPTX?", "WPS": r"WPS", "OFD": r"OFD", "扫描件": r"扫描件",
    "电子版": r"电子版|电子文档",
    "纸质版": r"纸质版|纸质材料|纸质件",
}  # fmt: skip
_FOR_ALL = re.compile(
    r"所报|所有|各类|全部|各项|上述|以上|报送(?:的)?材料|上报(?:的)?材料|材料均|均"
)
_BOOK = re.compile(r"《([^》]{1,80})》")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
# Too little to be the name of a paper.
_EMPTY = frozenset(
    {"情况", "信息", "材料", "数据", "意见", "建议", "计划", "做法", "资料", "表", "文件", "进展",
     "联系人", "联络员", "联络人", "影像", "成果", "意见建议"}
)  # fmt: skip
_MOST_NAME = 60  # characters
_LONGEST = 600  # characters of a part of a sentence: a longer one is read in pieces
_MOST = 20  # deliverables of one sentence


@dataclass(frozen=True, slots=True)
class _How:
    """In which way a sentence wants its papers."""

    stamped: bool
    written: bool
    formal: bool
    formats: tuple[str, ...]

    def values(self) -> dict[str, Any]:
        """As a deliverable says it: only what is asked for."""
        said: dict[str, Any] = {}
        if self.formats:
            said["formats"] = list(self.formats)
        for key in ("stamped", "written", "formal"):
            if getattr(self, key):
                said[key] = True
        return said


def deliverables_in(
    text: str, place: Place, attachments: Iterable[tuple[str, str]] = ()
) -> list[Read[dict[str, Any]]]:
    """What `text` asks to hand in, in the form of a declaration's deliverables.

    `attachments` are the document's own, each with its label (附件2) and title: one that the
    sentence cites in brackets is the deliverable's form.
    """
    titles = dict(attachments)
    found: list[Read[dict[str, Any]]] = []
    for piece in re.findall(rf"[^。；;\n]{{1,{_LONGEST}}}", text):
        found += _in_piece(piece, place, titles)
    return _without_doubles(found)[:_MOST]


def formats_for_all(sentences: Iterable[Sentence]) -> Read[tuple[str, ...]] | None:
    """Formats that are said once for everything: `所报材料均要求PDF和WORD格式`."""
    for one in sentences:
        formats = _formats(one.text)
        if formats and _FOR_ALL.search(one.text) and re.search(r"格式|形式|版|件", one.text):
            if _SENT.search(one.text) and _NOUN.search(_BRACKETS.sub("", one.text)) is None:
                continue
            if re.search(r"所报|材料|所有|均", one.text):
                return Read(formats, Sure.CERTAIN, one.place, one.text)
    return None


def attachment_label(words: str) -> str:
    """附件2 out of `见附件２`, 附件 where it has no number, '' where nothing is cited, or what is
    cited is one part among others (含附件2)."""
    match = _ATTACHED.search(words)
    if match is None or "含" in words[max(0, match.start() - 3) : match.start()]:
        return ""
    return "附件" + unicodedata.normalize("NFKC", match["number"] or "")


def _in_piece(piece: str, place: Place, titles: dict[str, str]) -> list[Read[dict[str, Any]]]:
    how = _How(
        bool(_STAMPED.search(piece)),
        bool(_WRITTEN.search(piece)),
        bool(_FORMAL.search(piece)),
        _formats(piece),
    )
    # 将总结（加盖公章，同时报送电子版）报送: what stands in brackets parts nothing.
    piece = _BRACKETS.sub(lambda match: _SENT.sub("▢▢", re.sub("[，,]", "、", match[0])), piece)
    formed = list(_FORMED.finditer(piece))
    sent = [
        one
        for one in _SENT.finditer(piece)
        if _is_deed(piece, one) and not any(f.start() < one.start() < f.end() for f in formed)
    ]
    names: list[tuple[str, str, Sure]] = []  # name, attachment, sureness
    for one in sent:
        for words, sure in _objects(piece, one):
            # How it is to be handed in makes a thing even of 数据.
            names += [(name, label, sure) for name, label in _names(words, bool(how.values()))]
    for match in _REPORTED.finditer(piece):
        names += [(name, label, Sure.LIKELY) for name, label in _names(match["what"])]
    if not names:
        for match in formed:
            bracket = _BRACKETS.match(piece[match.end() :])
            words = match["what"] + (bracket[0] if bracket else "")
            sure = Sure.CERTAIN if sent else Sure.LIKELY
            names += [(name, label, sure) for name, label in _names(words)]
    if sent:
        names = _with_attachments(piece, names, titles)
    found = []
    for name, label, sure in names:
        value: dict[str, Any] = {"name": name}
        if label and (not titles or label in titles):
            value["form"] = label
        found.append(Read(value | how.values(), sure, place, piece.strip()[:200]))
    return found


def _is_deed(piece: str, sent: re.Match[str]) -> bool:
    if _NO_DEED.match(piece[sent.end() :]):
        return False
    rest = re.split(r"[，：:]", piece[sent.end() :])[0].strip(" ）)")
    before = re.split(r"[，：:]", piece[: sent.start()])[-1]
    if before.endswith("每次"):
        return False  # 每次报送须附照片: how
    named = _NAMED_DEED.search(before)
    return not (named and (not rest or rest in _EMPTY or "报" in before))


def _with_attachments(
    piece: str, names: list[tuple[str, str, Sure]], titles: dict[str, str]
) -> list[tuple[str, str, Sure]]:
    """Each attachment that the sentence cites is handed in, too: 工作总结（含附件2和附件3）."""
    cited = list(dict.fromkeys(attachment_label(one[0]) for one in _ATTACHED.finditer(piece)))
    for label in cited:
        if label not in titles or label in {one for _name, one, _sure in names}:
            continue
        if len(names) == 1 and len(cited) == 1 and is_form_name(names[0][0]):
            names = [(names[0][0], label, names[0][2])]
        else:
            names = [*names, (_short_title(titles[label]), label, Sure.LIKELY)]
    return names


def _objects(piece: str, sent: re.Match[str]) -> list[tuple[str, Sure]]:
    """The words for what is handed in, wherever they stand: behind 报送, behind 将, behind 形成,
    or before 分别于…报送."""
    after = _TO_WHOM.sub("", piece[sent.end() :].lstrip("了"))
    after = re.split(r"[，,：:]|(?<=[）)])(?!、|和|及)", after)[0]
    parts = re.split(r"[，,：:]", piece[: sent.start()])
    here = _MANNER.sub("", parts[-1])
    if given := _GIVEN.search(here):
        return [(given["what"], Sure.CERTAIN)]
    if _is_paper(after):
        return [(after, Sure.CERTAIN)]
    words = _WHEN.sub("", here)
    for n, part in enumerate([words, *reversed(parts[-3:-1])]):
        if formed := _FORMED.search(part):
            bracket = _BRACKETS.match(part[formed.end() :])
            return [(formed["what"] + (bracket[0] if bracket else ""), Sure.CERTAIN)]
        filled = _FILLED.search(_without_brackets(part))
        rest = re.sub(r"(?:并|后|再|请)+$", "", part[filled.end() :] if filled else part)
        if _is_paper(rest) and (filled or n == 0):
            return [(rest, Sure.LIKELY)]
    return []


def _is_paper(words: str) -> bool:
    return bool(_BOOK.search(words) or _NOUN_END.search(_without_brackets(words)))


def _names(words: str, of_any_name: bool = False) -> list[tuple[str, str]]:
    """Each paper that the words list, with the attachment that it is."""
    found = []
    for part in _parts(words):
        label = attachment_label(part)
        book = _BOOK.search(part)
        name = _plain_name(book[1] if book else _without_brackets(part))
        named = name not in _EMPTY or label or of_any_name
        if name and named and (book or _NOUN_END.search(name) or label):
            found.append((name[:_MOST_NAME], label))
    return found


def _plain_name(name: str) -> str:
    name = _SUBJECT.sub("", name.strip(" 　，、的）)"))
    name = _WHOSE.sub("", name)
    if name.startswith("“") and name.find("”") == len(name) - 1:
        name = name.strip("“”")
    return name if name.count("“") == name.count("”") else name.strip("“”")


def _parts(words: str) -> list[str]:
    """The papers of a list. A 和 inside one name does not part it: only what ends in a word for a
    paper is a paper."""
    parts: list[str] = []
    pending = ""
    depth = 0
    for n, sign in enumerate(words):
        depth += (sign in "（(《“") - (sign in "）)》”")
        joins = sign in "、和及与" and depth <= 0
        if joins and _NOUN_END.search(_without_brackets(pending) or "x"):
            parts.append(pending)
            pending = ""
        else:
            pending += sign
        if n > 300:
            break
    return [*parts, pending] if pending else parts


def _without_brackets(text: str) -> str:
    return re.sub(r"[（(].*$", "", _BRACKETS.sub("", text)).strip()


def _formats(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKC", text)
    at = {
        name: match.start()
        for name, words in _FORMATS.items()
        if (match := re.search(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])", plain, re.IGNORECASE))
    }
    return tuple(sorted(at, key=lambda name: at[name]))


def is_form_name(name: str) -> bool:
    """Whether a paper is called as what is filled in: a table, a list, information on persons."""
    return bool(re.search(r"(?:表|单|清单|台账|信息|联络员|联络人|负责人)$", name))


def _short_title(title: str) -> str:
    return (
        re.sub(r"^[×xX_＿\s]*(?:市|县|省|区)?(?:[（(]\S{1,4}[）)])?\s*", "", title)[:_MOST_NAME]
        or title
    )


def _without_doubles(found: list[Read[dict[str, Any]]]) -> list[Read[dict[str, Any]]]:
    seen: dict[str, Read[dict[str, Any]]] = {}
    for one in found:
        seen.setdefault(one.value["name"], one)
    return list(seen.values())
