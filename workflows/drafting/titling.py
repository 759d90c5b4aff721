"""A short title out of a clause: what is done, without the date, who does it and how."""

import re

LONGEST = 30  # characters

_BRACKETS = re.compile(r"[（(][^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*[）)]")
_LEAD = re.compile(
    r"^(?:[\s　，,、：:]|同时|其中|此外|并且|并|均|都|也|还|再|要|应当|应|须|需要|需|将|必须"
    r"|负责|可以|可|于|前|至少要|积极|切实|认真|充分|广泛|全面(?!完成|推|启|排)"
    r"|进一步|主动|及时|适时|不断|持续|深入(?!调研)|大力|统一|统筹|原则上|力争|按时|如期|按要求"
    r"|依法|分别|对照目标任务|依据职责|共同|扎实|有序|组织力量|集中力量|逐步|尽快|由|计划)+"
)
_HOW = re.compile(
    r"^(?:按照|按|根据|依据|结合|围绕|通过|对照|针对|为|依托|充分利用|利用|采取|参照"
    r"|以(?=[^，]{0,20}(?:为|形式))|在(?=[^，]{0,30}(?:基础上|下|中|前提|期间|过程))|坚持|本着)"
)
_WEAK = re.compile(
    r"^(?:加强|强化|明确专人|高度重视|确保|实现|落实|细化|保障|提高|推动|做到|指定专人)"
)
_STRONG = re.compile(
    r"报送|上报|提交|制定|制订|印发|出台|召开|形成|编制|完成|组织|开展|建立|健全|成立|建成|启用"
    r"|升级|培训|督导|检查|排查|总结|评估|验收|改造|新建|配备|申请|摸底|调研|部署|公布|公示"
)
_GIVEN = re.compile(
    r"^(?:将|把)(?P<what>.{2,60}?)(?:以[^，]{0,10}形式)?(?P<verb>报送|上报|提交|报)(?:至|到"
    r"|给)?[^，]{0,12}$"
)
_ON = re.compile(r"^对(?P<what>.{2,40}?)(?:至少)?(?P<verb>进行|开展|实施|予以)(?P<deed>.{2,30})$")
_CUT = re.compile(r"[，、；：及和并与以等]")


def title_of(clauses: list[str], subject: str = "") -> str:
    """A title of at most LONGEST characters out of a duty's clauses, without dates."""
    cleaned = [text for clause in clauses if (text := _clean(clause, subject))]
    if not cleaned:
        return subject[:LONGEST] or "".join(clauses)[:LONGEST]
    said = [text for text in cleaned if not _HOW.match(text)] or cleaned
    strong = [text for text in said if _STRONG.search(text) and not _WEAK.match(text)]
    firm = [text for text in said if not _WEAK.match(text)]
    sends = [text for text in strong if re.search(r"报送|上报|提交", text)]
    best = (sends or strong or firm or said)[0]
    return shortened(best)


def shortened(text: str) -> str:
    """The words up to a place where they can be cut."""
    text = text.strip("，、；：。 　")
    if len(text) <= LONGEST:
        return text
    shorter = re.sub(r"《([^》]+)》", r"\1", text)
    if len(shorter) <= LONGEST:
        return shorter
    cuts = [match.start() for match in _CUT.finditer(text[: LONGEST + 1]) if match.start() >= 8]
    cut = text[: cuts[-1]] if cuts else text[:LONGEST]
    for opened, closed in ("“”", "《》"):
        if cut.count(opened) > cut.count(closed):
            whole = text.find(closed, len(cut))
            cut = text[: whole + 1] if 0 <= whole <= LONGEST + 10 else cut.replace(opened, "")
    return cut.strip("，、；：。 　")


def _clean(clause: str, subject: str) -> str:
    text = _BRACKETS.sub("", clause).strip("　 。；;，,")
    if subject and subject in text[: len(subject) + 6]:
        text = text.split(subject, 1)[1]
    previous = None
    while previous != text:
        previous = text
        text = _LEAD.sub("", text).strip("　 ")
    text = text.replace("　", "")
    given = _GIVEN.match(text)
    if given is None:
        given = _GIVEN.match(f"将{text[1:]}") if text[:1] in "将把" else None
    if given is not None:
        return f"报送{given['what'].strip()}"
    # The lead may have taken 将: 将联络员信息报省厅.
    bare = re.match(
        r"^(?P<what>.{2,60}?)(?:以[^，]{0,10}形式)?(?:加盖公章后)?(?:报送|上报)(?:至|到"
        r"|给)?(?:省|市|厅|局|我|部|县|区)?[^，]{0,8}$",
        text,
    )
    if bare is not None and not re.match(r"报送|上报|向|书面", text):
        return f"报送{bare['what'].strip()}"
    if match := _ON.match(text):
        return f"{match['deed']}{match['what']}" if len(match["deed"]) <= 6 else text
    return re.sub(r"^向[^，]{1,12}?(?=报送|上报|提交|报告)", "", text)
