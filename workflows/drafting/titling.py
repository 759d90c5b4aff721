"""A short title out of a clause: what is done, without the date, who does it and how."""

import re

LONGEST = 30  # characters
_CUT_FROM = 15  # a title is not cut shorter than this

_BRACKETS = re.compile(r"[（(][^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*[）)]")
_LEAD = re.compile(
    r"^(?:[\s　，,、：:]|可?延(?:期|长)?(?:至|到)?|各(?=开展|组织|举办)"
    r"|务必|务(?=[处整完落办])|此后|同时|其中|此外|并且|并|均|都|也|还|再|要|应当|应|须|需要|需|将|必须"
    r"|负责|可以|可|于|前|积极|切实|认真|充分|广泛|全面(?!完成|推|启|排)|进一步|主动|及时|适时"
    r"|不断|持续|深入(?!调研)|大力|统一|统筹|原则上|力争|按时|如期|按要求|依法|分别|对照目标任务"
    r"|依据职责|共同|扎实|有序|组织力量|集中力量|逐步|尽快|由|计划(?=在|于|由|开展|组织|实施)|率先|[一二三四五六]是|请|牵头(?=开展|组织|制定|做好|负责)|至少|全部(?=完成)|均应|自?(?:\d{4}年)?\d{1,2}月份?(?:起|开始))+"
)
_BASIS = re.compile(
    r"^(?:按照?|根据|依据|结合|围绕|对照|针对|参照|为|在)[^，]{2,60}?"
    r"(?:要求|内容|情况|需要|目标|安排部署|部署安排|部署|安排|规定|原则|标准|实际|意见建议|意见|基础上|方面)"
    r"(?=[，、]|$|制|组|完(?!善情)|开|印|明|推|修|编|选|建|确|形|及时|进一步|研究|报|对|全面)[，、]?"
)
_HOW = re.compile(
    r"^(?:按照|按|根据|依据|结合|围绕|通过|对照|针对|为|依托|充分利用|利用|采取|参照"
    r"|与(?![^，]{1,16}签订)|会同|联合|配合"
    r"|以(?=[^，]{0,20}(?:为|形式))|在(?=[^，]{0,90}(?:基础上|下|中|前提|期间|过程))|坚持|本着|对[^，]*的$)"
)
_WEAK = re.compile(
    r"^(?:加强|强化|明确专人|高度重视|确保|基本实现|实现|落实|细化|保障|推动|做到|指定专人|要?明确)"
)
_STRONG = re.compile(
    r"^(?:报送|上报|提交|填报|制定|制订|印发|出台|召开|形成|编制|完成|组织|开展|建立|健全|成立|建成|启用"
    r"|升级|培训|督导|检查|排查|总结|评估|验收|改造|新建|配备|申请|摸底|摸清|摸排|调研|部署|公布|公示|制作"
    r"|督促|动员|推进|推广|完善|优化|提升|做好|研究|签订|下发|下达|选取|推荐|举办|更新|调度|启动|获得|展开"
    r"|跟踪|掌握|打造|设置|安装|投放|更换|清理|修复|治理|实施|拍摄|填写|确定|报(?!省|市|县|区|厅|局|我|上|请|部|州)|抽检|抽查|签订|选树)"
)
_SENT = r"(?:报送|上报|提交|反馈|发(?:送)?至|报(?![告表]))"
_GIVEN = re.compile(
    rf"^(?:将|把)(?P<what>.{{2,60}}?)(?:以[^，]{{0,10}}形式)?(?:经[^，]{{2,8}}后|加盖公章后|书面|正式|一并)?{_SENT}"
    r"(?:至|到|给)?[^，]{0,14}$"
)
_BARE = re.compile(
    r"^(?P<what>[^，]{2,60}?)(?:以[^，]{0,10}形式)?(?:经[^，]{2,8}后|加盖公章后|书面|正式|一并)?(?:报送|上报|报)(?:至|到|给)?"
    r"(?:省|市|厅|局|我|部|县|区)[^，]{0,8}$"
)
_FORMED = re.compile(rf"^形成(?P<what>[^，]{{2,50}}?)并?{_SENT}[^，]{{0,14}}$")
_ON = re.compile(
    r"^对(?P<what>.{2,60}?)(?:至少)?(?:进行|开展|实施|予以)(?:至少)?(?:[\d一二两三四]+次)?(?P<deed>.{2,30})$"
)
_TO_WHOM = r"[^，]{1,12}(?:厅|局|委|处|科|室|部|中心|政府|备案|审核|审批|汇总)$"
_SENDS = re.compile(rf"^(?:报送|上报|提交|填报|报(?={_TO_WHOM}))(?P<what>.*)$")
_NOWHERE = re.compile(
    rf"^(?:至|到|给)?(?:省|市|县|区|厅|局|我|部|上级)?[厅局委部]?[^，]{{0,4}}$|^{_TO_WHOM}"
)
_MAKES = re.compile(r"^(?:填写|形成|确定|明确|编制|汇总|制定|撰写|梳理)(?P<what>.{3,})$")
_WHERE = re.compile(
    r"^在[^，]{2,60}?(?=开展|实施|推进|启用|建设|组织|设置|完成|安装|配备|新建|设立|推行|推广|建成)"
)
_AMOUNT = re.compile(
    r"(?:不少于|至少|不低于|达到)?\d[\d.,]*万?[个台辆条处座所家件张名人次户套公里]+(?:以上)?[^的，。]{0,24}?的"
)
_MODIFIER = re.compile(r"(?:在|经|由)[^，的]{2,30}的")
_GAVE = re.compile(r"^(?:将|把)(?P<what>[^，]{2,40}?)(?P<deed>下发|印发|下达|发放|公布)[^，]{0,8}$")
_NAMED = re.compile(
    r"^(?P<what>[^，]{2,40}?(?:总结|报告|表|方案|情况|清单|名单|材料))(?:于|分别|前)*(?:报送|上报)$"
)
_WITH = re.compile(
    r"^组织(?:有关|相关)?(?:部门|专家|人员|力量)+(?=对)"
    r"|^(?:会同|联合|配合|与)[^，]{2,24}?(?=制定|开展|组织|签订|印发|出台|完成|建立|研究|下发|对)"
)
_ALL_DONE = re.compile(
    r"(?:全部|全面|基本|按期|如期)*(?:完成|到位|落实到位|整改到位|办结"
    r"|印发(?:实施|执行)?|出台(?:实施)?|下发(?:执行)?|公布(?:实施)?|发布(?:实施)?|组织实施)"
)
_WHEN = re.compile(r"[^，]{2,10}(?:之?前|来临时|到来时|期间|结束后|完成后)")  # 汛期来临前
_LISTED = re.compile(r"[^，、的]{1,5}(?:、[^，、的]{1,12})+等(?:类型|多种|各类)?")
_FIGURE = re.compile(r"\d+(?:\.\d+)?[%％万个家处座公件条张台辆]|全部|百分之")
_OF_WHAT = re.compile(r"对[^，]{6,}的(?=[^，的]{3,16}$)")
_CUT = re.compile(r"[，、；：及和并与以等]")


def title_of(clauses: list[str], subject: str = "", dated_at: int = 0) -> str:
    """A title of at most LONGEST characters out of a duty's clauses, without dates; those from
    `dated_at` on, which bear the date, come first."""
    clauses = [*clauses[dated_at:], *clauses[:dated_at]]
    cleaned = [text for clause in clauses if (text := _clean(clause, subject))]
    cleaned = [text for text in cleaned if not _ALL_DONE.fullmatch(text)] or cleaned
    cleaned = [text for text in cleaned if not _WHEN.fullmatch(text)] or cleaned
    if not cleaned:
        return subject[:LONGEST] or "".join(clauses).replace("　", "")[:LONGEST]
    said = [text for text in cleaned if not _HOW.match(text)] or cleaned
    strong = [text for text in said if _is_strong(text)]
    firm = [text for text in said if not _WEAK.match(text)]
    if dated_at and cleaned[0] in firm and _FIGURE.search(cleaned[0]):
        strong = [cleaned[0]]  # 2025年底前完成率达到60%
    strong = [re.sub(r"^报送[一1]次", "报送", text) for text in strong]
    papers = [text for one in strong if (text := _paper(one, cleaned))]
    return shortened((papers or strong or firm or said)[0])


def _is_strong(text: str) -> bool:
    return any(_STRONG.match(text[n:]) for n in range(3)) and not _WEAK.match(text)


def _paper(text: str, cleaned: list[str]) -> str:
    """What is handed in: of a clause that only says to whom, what the clauses before it make."""
    match = _SENDS.match(text)
    if match is None:
        return ""
    if not _NOWHERE.match(match["what"]):
        return text
    made = [found["what"] for one in cleaned if (found := _MAKES.match(one))]
    return f"报送{made[-1]}" if made else ""


def shortened(text: str) -> str:
    """The words up to a place where they can be cut."""
    text = re.sub(r"(?<=[一-龥])\s+(?=[一-龥])", "", text.strip("，、；：。 　"))
    if "、各" in text:
        text = _AMOUNT.sub("", text)  # 完成不少于12个、各县完成不少于8个的改造
    for pattern in (None, _OF_WHAT, _AMOUNT, _MODIFIER, _LISTED, re.compile("[《》]")):
        if len(text) <= LONGEST:
            return text
        text = pattern.sub("", text) if pattern else text
    if len(text) <= LONGEST:
        return text
    cuts = [one.start() for one in _CUT.finditer(text[: LONGEST + 1]) if one.start() >= _CUT_FROM]
    cut = text[: cuts[-1]] if cuts else text[:LONGEST]
    if cut.count("“") > cut.count("”"):
        whole = text.find("”", len(cut))
        cut = text[: whole + 1] if 0 <= whole <= LONGEST + 10 else cut.replace("“", "")
    return cut.strip("，、；：。 　")


def _clean(clause: str, subject: str) -> str:
    text = _BRACKETS.sub("", clause).strip("　 。；;，,")
    if subject and subject in text[: len(subject) + 6]:
        text = text.split(subject, 1)[1]
    text = re.sub(r"　+(?:和|、|及|与)　+", "", text).replace("　", "")
    text = re.sub(r"^(?:[和与、，]|及(?!时)|分别)+", "", text)
    text = re.sub(r"^(?:要|应|须)?(?:完成并(?=将|把)|据此)", "", text)
    text = re.sub(r"逐[校一项县村户栋站点个家](?!步)", "", text)
    if (gave := _GAVE.match(text)) is not None:
        return f"{gave['deed']}{gave['what'].strip()}"
    given = _GIVEN.match(re.sub(r"^(?:要|应|须|并|需|请|统一|再|同时)*(?=将|把)", "", text))
    if given is not None:
        return f"报送{given['what'].strip()}"
    text = _WHERE.sub("", _BASIS.sub("", _without_lead(text))) or _without_lead(text)
    text = _WITH.sub("", _without_lead(text))
    if (named := _NAMED.match(text)) is not None and not _STRONG.match(text):
        return f"报送{named['what']}"
    if match := _FORMED.match(text):
        what = match["what"].strip()
        return f"报送{what}" if len(what) > 3 else f"形成{what}"
    bare = _BARE.match(text)
    if bare is not None and not (_HOW.match(text) or _STRONG.match(text)):
        return f"报送{bare['what'].strip()}"
    if match := _ON.match(text):
        what = match["what"]
        if len(what) + len(match["deed"]) > LONGEST and "的" in what[:-2]:
            what = what.rsplit("的", 1)[1]
        return f"{match['deed']}{what}" if len(match["deed"]) <= 6 else text
    if text.startswith("对") and not _HOW.match(text):
        text = text[1:]
    return re.sub(r"^(?:书面|正式)?(?:向[^，]{1,12}?)?(?=报送|上报|提交|报告)", "", text)


def _without_lead(text: str) -> str:
    previous = None
    while previous != text:
        previous = text
        text = _LEAD.sub("", text).strip()
    return text or previous or ""
