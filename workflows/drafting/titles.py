"""Which lines are titles: of sections, of a document; which open what follows the last section."""

import re

from workflows.drafting.numbering import CLAUSE, SECTION

_WORDS = (
    "总体|工作|指导|基本|主要|重点|年度|目标|任务|思路|要求|思想|原则|安排|进度|时间|实施|推进|步骤"
    "|措施|保障|组织|有关|相关|其他|方法|内容|范围|对象|分工|职责|计划|阶段|领导|机构|背景|依据"
    "|事项"
    "|行动|活动|主题|监督|考核|评价|检查|责任|附则|总则|方式|节点|目的|意义|整治|政策|报送"
)
_ENDS = (
    "要求|目标|任务|思路|思想|原则|安排|步骤|措施|保障|方法|内容|范围|分工|职责|领导|机构|事项|阶段"
    "|附则|总则|计划|对象|方式|节点|目的|意义|主题|进度|依据|背景|考核|重点"
)
_SECTION_TITLE = re.compile(rf"(?:{_WORDS})+(?:[和与及、](?:{_WORDS})+)*")
_SECTION_END = re.compile(rf"(?:{_ENDS})$")
_DOCUMENT = re.compile(
    r"(?:方案|通知|计划|意见|办法|要点|通报|规划|行动|细则|规定|安排|公告"
    r"|函)(?:[（(][^（）()]*[）)])?$"
)
_DATE = re.compile(
    r"\d\s*个?(?:工作)?日内|\d{1,2}月|\d{1,2}[日号]|每(?:个|半)?[月季年周日天]|[上中下]旬"
    r"|[年月][底末]|[上下]半年|季度[末底前]"
)
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_ORDER = re.compile(r"^[一-龥、（）]{0,14}?(?:要|应|须|负责|将|需|可|请)(?!求|点|素|急|用)")
_ACTORS = re.compile(r"^(?:各|省|市|县|区|我|全省|全市|由)")
_TAIL = re.compile(
    r"[（(]?(?:联\s*系\s*人|联\s*系\s*方\s*式|联\s*系\s*电\s*话|联\s*系\s*邮\s*箱|报\s*送\s*邮\s*箱"
    r"|(?:电\s*子\s*)?邮\s*箱|电\s*子\s*邮\s*件|E-?mail|电\s*话|传\s*真|咨\s*询\s*电\s*话"
    r"|附\s*[件表]\s*(?:[:：]|\d|[一二三四五六七八九十]))"
)
_DAY = re.compile(
    r"(?:\d{4}"
    r"|[〇零○一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
)
# Who signs, and the day, on one line: as web pages and Markdown join them.
_SIGNED = re.compile(rf"[一-龥、]{{4,60}}(?:厅|局|委员会|委|府|办公室|总队|中心)(?:{_DAY.pattern})")


def is_section_title(text: str) -> bool:
    """Whether a line is plainly a section's title in the words that all plans use: 保障措施."""
    line = "".join(text.split())
    return (
        2 <= len(line) <= 16
        and _SECTION_TITLE.fullmatch(line) is not None
        and _SECTION_END.search(line) is not None
    )


def is_title_line(text: str) -> bool:
    """Whether a line ends as the titles of documents do: …实施方案."""
    line = "".join(text.split())
    return len(line) <= 60 and _DOCUMENT.search(line) is not None


def stands_alone(text: str) -> bool:
    """Whether a line may be a heading: short, and neither a sentence nor a list of data."""
    line = "".join(text.split())
    return (
        4 <= len(line) <= 30
        and not re.search(r"[。；：:！？@\t]|\d{5,}", text)
        and not _DATE.search(line)
        and not line.endswith(("，", "、", "等"))
    )


def opens_tail(text: str) -> bool:
    """Whether a line belongs to what follows the last section: whom to ask, 附件：, a date."""
    bare = "".join(text.split())
    ends = _DAY.fullmatch(bare) or _SIGNED.fullmatch(bare)
    return _TAIL.match(text) is not None or ends is not None


def run_in_heading(text: str, rank: int, following: tuple[int, str]) -> tuple[str, str]:
    """The heading with which a numbered paragraph begins, and what it says.

    `following` is the rank of the next block's number, -1 without one, and its text: a paragraph
    that says no more than its heading heads what follows.
    """
    first, stop, rest = text.partition("。")
    if rest.strip("。 　"):
        if _BRACKETS.sub("", rest).strip("。 　") == "":
            return "", text.strip()  # a sentence, and a bracket about it
        if _may_head(first, 40):
            return first.strip(), rest.strip()
        lead, colon, after = text.partition("：")
        if colon and len(lead) <= 15 and not _open(lead) and _may_head(lead, 15):
            return lead.strip(), after.strip()
        return "", text.strip()
    lead, colon, after = text.partition("：")
    if colon and len(lead) <= 15 and not _open(lead) and len(after) > 15 and _may_head(lead, 15):
        return lead.strip(), after.strip()
    next_rank, next_text = following
    heads_more = next_rank > rank or (next_rank < 0 and bool(next_text))
    if rank <= SECTION and len(first) <= 40 and not stop:
        return first.strip(), ""
    if not text.endswith(("；", ";")) and heads_more and _may_head(first, 50):
        return first.strip(), ""
    if not stop and rank <= CLAUSE and _may_head(first, 30) and not text.endswith(("；", ";")):
        return first.strip(), ""
    return "", text.strip()


def _open(text: str) -> bool:
    """Whether a bracket stays open at the end."""
    return text.count("（") > text.count("）") or text.count("(") > text.count(")")


def _may_head(text: str, longest: int) -> bool:
    """Whether words may be a heading: short, without a date (but in brackets), no order."""
    plain = _BRACKETS.sub("", text)
    if not text.strip() or len(plain) > longest or _DATE.search(plain) or "；" in plain:
        return False
    return not any(_ACTORS.match(one) and _ORDER.match(one) for one in re.split("[，,]", plain))
