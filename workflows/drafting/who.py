"""Who acts: the names, levels and general words with which a clause begins, as units.

`郑州市、开封市交通运输局`, `各省辖市、省直管县（市）`, `各地各有关单位`, `省厅`, `试点地区`,
`除郑州、洛阳外`, `平台公司` (the bureaus that supervise it).
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from config.i18n import _
from workflows.drafting.model import Sure
from workflows.drafting.places import Places, Units
from workflows.organisation import did_you_mean


class Sort(StrEnum):
    """How an actor is named."""

    NAMED = "named"  # by name: 郑州、洛阳
    LEVEL = "level"  # by level: 各省辖市
    ALL = "all"  # 各地
    SOME = "some"  # 有关单位: those that the text around names
    PILOT = "pilot"  # 试点地区, 上述地区: those named before
    TOP = "top"  # 省厅
    WHOLE = "whole"  # 全省: what the province reaches as a whole
    COMPANY = "company"  # the bureaus that supervise it
    OUTSIDE = "outside"  # a ministry: nobody here


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which words; `end` is where the words end in the clause."""

    words: str
    units: Units
    sort: Sort
    sure: Sure
    end: int = 0
    departments: tuple[str, ...] = ()
    asks: str = ""
    others: bool = False  # 其他, 其余: without those that were named before

    def without(self, units: Units) -> "Actor":
        """The same without some units."""
        return replace(self, units=self.units - units)


_FIELDS = (
    "交通运输|交通|教育体育|教育|教体|卫生健康|卫生|卫健|疾控|医疗保障|医保|水利|水务|河长制?"
    "|应急管理|应急|消防救援|消防"
    "|住房和城乡建设|住房城乡建设|住建|城市管理|城管|综合执法|公安|民政|财政|发展和?改革|发改"
    "|工业和信息化|工信"
    "|市场监督管理|市场监管|生态环境|环保|自然资源|农业农村|农业|林业|林草|文化和旅游|文化旅游"
    "|文旅|广电|体育"
    "|人力资源和?社会保障|人社|商务|科技|科学技术|司法|审计|税务|气象|地震|粮食|能源|国资|信访|统计"
    "|药品监督管理|药品监管|邮政管理?|港航|海事|公路|道路运输|运管|网信|大数据|数据|政务服务"
    "|行政审批|机关事务|退役军人"
    "|残疾人|妇幼保健|安全生产|供水|供销|乡村振兴|通信管理|园林|绿化|人防|档案|民族宗教|老龄"
    "|食品药品"
)
_BODY = (
    "主管部门|行政主管部门|行政部门|管理部门|监管部门|监督部门|部门|管理局|局|委员会|委|厅"
    "|管理机构|机构|支队|大队|总队"
    "|办公室|办|工作专班|专班|指挥部|联席会议|人民政府|政府|管委会"
)
_SUFFIX = (
    rf"(?:人民政府|政府|(?:(?:{_FIELDS})(?:[、和]?(?:{_FIELDS}))*|[一-龥]{{2,4}}(?=主管部门"
    rf"|行政部门|行政主管部门))?(?:{_BODY}))"
)
_PAREN = r"[（(][^（）()]{1,12}[）)]"
_CITY = (
    r"省辖市|行署|设区的?市|地级(?:以上)?市|地市级?|市\s*[（(]州[）)]|市州|州市|州\s*[（(]市[）)]"
    r"|市级|盟市|市"
)
_COUNTY = (
    rf"省直管县{_PAREN}|省直管县市?|直管县{_PAREN}|直管县市?|省管县{_PAREN}|省管县市?"
    rf"|县\s*{_PAREN}|区\s*{_PAREN}|县市区|市县区"
    r"|县级市|县区级?|区县级?|旗县区?|县级|区级|市辖区|乡镇|镇街|街道|县|区"
)
_ALL = (
    r"各地各(?:有关|相关)?(?:单位|部门)|各校(?=[要应须将于])|各级各(?:有关|相关)?(?:部门|单位)"
    r"|各市县各部门|各地市州?|各地区?|地方各级|各级"
    r"|市县两级|省市县三级|市县|各市县|各属地|属地|市、县两级"
)
_SOME = r"(?:各|全体)?(?:有关|相关|责任|成员|参与|承办|牵头|申报|建设|实施)?(?:单位|部门)"
_PILOT = (
    r"(?:各)?(?:试点|示范|首批|上述|以上|前述)(?:地区|城市|地市|市县|县区|区县|市|县|区|单位|地方)"
)
_THINGS = (
    r"公司|企业|经营者|运营商|运营单位|经营单位|建设单位|施工单位|供水单位|供水厂|水厂|医院"
    r"|医疗机构|卫生院|学校|高校|院校"
    r"|幼儿园|机构|协会|商户|业主|物业|场所|园区|平台|服务区|养老院|加油站|车站|客运站|中小学"
    r"|食堂|社区"
    "|用[一-龥]单位|生产经营单位|重点单位|使用单位|管理单位"
)
_MODAL = (
    r"(?:要|应|须|需|将|负责|必须|可|均|全部|按照|按|依据|根据|完成|于|至少|组织|建立|开展|主动)"
)
_COMPANY = re.compile(rf"(?:(?:凡|对)?(?:[一-龥“”（）()、]{{0,30}}?)(?:{_THINGS}))(?={_MODAL})")
_NO_ACTOR = re.compile(
    r"^(?:督促|指导|组织|对|协调|推动|引导|鼓励|支持|与|向|联合|会同|将|把|推进|在|加强|加快"
    r"|促进|帮助|要求|依托|通过|按照|根据"
    r"|为|以|从|由于|完善|开展|建立|健全|落实|完成|做好|强化|提升|提高|持续|深入|严格|充分|全面"
    r"|针对|围绕|结合|利用)"
)
_OUTSIDE = re.compile(
    r"国务院[一-龥]{0,10}|国家[一-龥]{1,12}?(?:总局|局|委员会|委|部|署)|(?:中共)?中央[一-龥]{0,6}"
    rf"|(?:{_FIELDS})部(?!门|分|署)|部(?=将|要|里)"
)
_LEAD = re.compile(
    r"[\s　]*(?:(?:同时|其中|此外|另外|并由|并|由|要求|请|届时|期间|原则上|计划|适时|一是|二是"
    r"|三是|四是|五是|六是|对照目标任务"
    r"|截至目前|目前|首先|其次|最后|年内|下一步|在此基础上|在此期间)[\s　，,]*)*"
)
_OTHERS = re.compile(r"(?:其他|其它|其余|剩余)(?:各)?(?:的)?")
_EVERY = re.compile(r"(?:全[省市县区州])?(?:辖区)?(?:各|所有|每个?)")
_JOIN = re.compile(r"\s*(?:、|和|及|与|以及|或)\s*")
_COUNTED = re.compile(
    r"等?\s*[\d一二三四五六七八九十两]*个?(?:地级市|省辖市|设区市|城市|地市|市县|县区|县市|地区"
    r"|地方|单位|市|县|区|地)?"
)
_EXCEPT = re.compile(r"除(?P<list>[^，。；]{1,60}?)(?:以|之)?外")
_UNKNOWN = re.compile(r"(?P<name>[一-龥]{2,5}?(?:市|县|自治州|州|盟|旗|示范区|新区|开发区|区))")
_NO_PLACE = re.compile(
    r"^(?:全|各|我|本|该|城|地|辖|校|社|园|景|库|灌|厂|小|山|片|市|林|矿|牧|老|新|上述|试点"
    r"|有关|相关|所有|每|其|属|跨|"
    r"[一-龥]*(?:辖区|社区|园区|校区|景区|城区|地区|小区|片区|服务区|区县|县区|市区|库区|灌区"
    r"|湖区|山区|厂区|院区|病区|牧区))"
)
_AFTER_BY = re.compile(r"由(?P<who>[^，。；]{2,40}?)(?=牵头|负责|组织|会同|统一|统筹)")
_MODAL_AFTER = re.compile(r"(?:要|应当?|须|需要?|将|负责|必须)(?![求点素急用领近])")
_OBJECT = re.compile(
    r"(?:督促|指导|组织|对|向|协调|推动|引导|鼓励|支持|与|会同|联合|要求|给予|帮助|通报|倡导|报"
    r"|在|把|将)$"
)


class Actors:
    """Reads actors. It learns from a whole plan which agencies and zones take part, and which
    units are its pilots."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.pilots: Units = frozenset()
        self.last_named: Units = frozenset()
        names = sorted(places.names, key=len, reverse=True)
        self._name = re.compile("|".join(map(re.escape, names)) or r"(?!)")
        levels = {one.level for one in places.organisation.units} - {
            places.organisation.by_id[one].level for one in places.top
        }
        called = [places.organisation.levels.get(one, one) for one in sorted(levels)]
        self._level_name = re.compile(
            "|".join(re.escape(name) for name in called if len(name) >= 2) or r"(?!)"
        )
        letters = places.top_letters
        top = sorted(
            (name for name, unit in places.names.items() if unit in places.top),
            key=len,
            reverse=True,
        )
        self._top = re.compile(
            "|".join(
                [
                    *map(re.escape, top),
                    rf"(?:{letters}|我|本)(?:厅|局|委|办|里|级)(?:机关|本级)?(?:各?(?:有关"
                    r"|相关)?(?:处室|部门|科室))?",
                    rf"(?:{letters})(?!直管|管县|辖市)(?:级)?(?:(?:{_FIELDS})(?:[、和]?(?:{_FIELDS}))*"
                    rf"|[一-龥]{{2,6}}?)?(?:厅|主管部门|行政部门|工作专班|专班|指挥部"
                    r"|领导小组办公室|领导小组|联席会议)",
                    rf"(?:{letters})(?:级)?(?:{_FIELDS})(?:[、和]?(?:{_FIELDS}))*(?:局|委员会"
                    r"|委|办公室|办|部门)",
                    r"(?:厅|局|委)(?:机关|党组|各处室|相关处室|有关处室"
                    r"|属[一-龥]{0,4}单位)?(?=[将要应组负会对牵成统])",
                    r"(?:领导小组|工作专班|专班|联席会议)(?:办公室)?(?=[将要应组负会对牵成统定])",
                ]
            )
        )
        self._whole = re.compile(
            rf"(?:在全(?:{letters})范围内?|(?:全|我|本)(?:{letters})(?:范围内?)?)(?!各|所有|每)"
        )

    def find(self, clause: str) -> Actor | None:
        """Who acts, by the words with which the clause begins; None where it does not say."""
        lead = _LEAD.match(clause)
        start = lead.end() if lead else 0
        actor = self._list(clause, start)
        if actor is not None:
            return actor
        if match := _AFTER_BY.search(clause):
            actor = self._list(clause, match.start("who"))
            if actor is not None:
                return actor
        if (match := self._whole.match(clause, start)) is not None:
            return Actor(match[0], self.places.top, Sort.WHOLE, Sure.LIKELY, match.end())
        company = self._company(clause, start)
        return company or self._before_modal(clause)

    def find_all(self, clause: str) -> Actor | None:
        """The same, with those that do it too: 各市完成不少于12个、各县完成不少于8个."""
        actor = self.find(clause)
        if actor is None or actor.sort not in (Sort.LEVEL, Sort.NAMED):
            return actor
        for match in re.finditer("、", clause[actor.end :]):
            other = self._list(clause, actor.end + match.end())
            doing = clause[actor.end : actor.end + 2]
            if other is not None and clause[other.end : other.end + 2] == doing:
                actor = replace(actor, units=actor.units | other.units, sort=Sort.LEVEL)
        return actor

    def located(self, clause: str) -> Actor | None:
        """The units where something is done: 在郑州市、开封市开展…"""
        for match in re.finditer(r"在", clause):
            actor = self._list(clause, match.end())
            if actor is not None and actor.sort is Sort.NAMED:
                return actor
        return None

    def excepted(self, text: str) -> Units:
        """The units that 除…外 takes away; empty without one."""
        match = _EXCEPT.search(text)
        actor = self._list(match["list"], 0) if match else None
        return actor.units if actor else frozenset()

    def in_order(self, text: str) -> list[str]:
        """The units that a text names, in its order."""
        return list(
            dict.fromkeys(self.places.names[match[0]] for match in self._name.finditer(text))
        )

    def named_in(self, text: str) -> Units:
        """All units that are named in a text."""
        return frozenset(self.places.names[match[0]] for match in self._name.finditer(text))

    def of_words(self, words: str) -> Actor | None:
        """The actor that a list of names is, as in a bracket 责任单位 or a cell of a table."""
        return self._list(words.strip(), 0)

    def _list(self, text: str, start: int) -> Actor | None:
        first = self._one(text, start, first=True)
        if first is None:
            return None
        units, sort, sure, asks = first.units, first.sort, first.sure, first.asks
        departments = first.departments
        end = first.end
        while join := _JOIN.match(text, end):
            following = self._one(text, join.end(), first=False)
            if following is None:
                following = self._unknown(text, join.end(), sort)
            if following is None:
                break
            units |= following.units
            departments += following.departments
            asks = asks or following.asks
            if following.sort is not sort:
                sort = Sort.LEVEL if Sort.TOP not in (sort, following.sort) else Sort.TOP
            sure = sure if sure is not Sure.CERTAIN else following.sure
            end = following.end
        if sort is Sort.NAMED and (counted := _COUNTED.match(text, end)):
            end = counted.end()
        return Actor(text[start:end], units, sort, sure, end, departments, asks, first.others)

    def _one(self, text: str, start: int, first: bool) -> Actor | None:
        """One name of a list, at `start`."""
        others = _OTHERS.match(text, start)
        begin = others.end() if others else start
        if (match := self._name.match(text, begin)) is not None and (
            self.places.names[match[0]] not in self.places.top
        ):
            return self._by_name(text, match)
        if (match := self._top.match(text, begin)) is not None:
            return self._highest(match)
        if (office := self._department(text, begin)) is not None:
            return office
        if (match := _OUTSIDE.match(text, begin)) is not None:
            return Actor(match[0], frozenset(), Sort.OUTSIDE, Sure.CERTAIN, match.end())
        every = _EVERY.match(text, begin)
        if (match := re.compile(_PILOT).match(text, begin)) is not None:
            return self._pilot(match)
        if (match := re.compile(rf"(?:全[省市县区州])?(?:{_ALL})").match(text, begin)) is not None:
            end = self._suffix(text, match.end())
            everyone = "单位" in match[0] or "各部门" in match[0]
            units = self.places.everyone if everyone else self.places.local
            return Actor(match[0], units, Sort.ALL, Sure.CERTAIN, end)
        begin = every.end() if every else begin
        for pattern, kind in ((_COUNTY, "county"), (_CITY, "city")):
            if (match := re.compile(pattern).match(text, begin)) is None:
                continue
            plain = len(match[0]) == 1
            if (
                plain
                and first
                and not every
                and not others
                and not self._has_suffix(text, match.end())
            ):
                continue
            if plain and re.match(r"[场民区政直委府域容]", text[match.end() : match.end() + 1]):
                continue
            return self._level(text, match, kind, others is not None)
        if (every or others) and (match := self._level_name.match(text, begin)) is not None:
            units = self._units_called(match[0])
            end = self._suffix(text, match.end())
            return Actor(
                text[start:end], units, Sort.LEVEL, Sure.CERTAIN, end, others=others is not None
            )
        if (match := re.compile(_SOME).match(text, start)) is not None and match[0] not in (
            "单位",
            "部门",
        ):
            return Actor(match[0], self.places.everyone, Sort.SOME, Sure.LIKELY, match.end())
        if every and (
            match := re.compile(rf"[一-龥“”（）]{{0,16}}?(?:{_THINGS})").match(text, begin)
        ):
            units = self._units_called(match[0]) or self.places.local
            return Actor(text[start : match.end()], units, Sort.COMPANY, Sure.LIKELY, match.end())
        return None

    def _highest(self, match: re.Match[str]) -> Actor:
        """The highest office. Where its bureaus are units, one that is none is asked about."""
        words = match[0]
        bureau = words[-1] in "局委厅" and words not in self.places.names and len(words) > 3
        bureaus = any(
            self.places.organisation.by_id[one].name[-1] in "局委厅" for one in self.places.agencies
        )
        sure, asks = Sure.CERTAIN, ""
        if bureau and bureaus:
            sure = Sure.GUESS
            asks = _("there is no unit “{name}” in the organisation").format(name=words)
        return Actor(words, self.places.top, Sort.TOP, sure, match.end(), asks=asks)

    def _by_name(self, text: str, match: re.Match[str]) -> Actor:
        unit = self.places.names[match[0]]
        end = match.end()
        if match[0][-1] not in "市县区州" and re.match(r"市|县|区(?!域)|州", text[end : end + 2]):
            end += 1
        end = self._suffix(text, end)
        paren = re.compile(r"[（(]含[^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)*[）)]").match(
            text, end
        )
        end = paren.end() if paren else end
        return Actor(text[match.start() : end], frozenset((unit,)), Sort.NAMED, Sure.CERTAIN, end)

    def _department(self, text: str, start: int) -> Actor | None:
        """An office of the highest unit; what it does is that unit's."""
        best = ""
        for office in self.places.organisation.departments:
            for name in (office.name, *office.aliases):
                if len(name) > max(len(best), 2) and text.startswith(name, start):
                    best = name
        known = self.places.organisation.department(best) if best else None
        if known is None:
            return None
        end = start + len(best)
        return Actor(best, self.places.top, Sort.TOP, Sure.CERTAIN, end, (known.name,))

    def _pilot(self, match: re.Match[str]) -> Actor:
        before = "上述" in match[0] or "以上" in match[0] or "前述" in match[0]
        units = (self.last_named or self.pilots) if before else (self.pilots or self.last_named)
        if units:
            return Actor(match[0], units, Sort.PILOT, Sure.LIKELY, match.end())
        asks = _("which units are “{words}”?").format(words=match[0])
        return Actor(match[0], self.places.local, Sort.PILOT, Sure.GUESS, match.end(), asks=asks)

    def _level(self, text: str, match: re.Match[str], kind: str, others: bool) -> Actor:
        places = self.places
        word = match[0]
        sure = Sure.CERTAIN
        end = self._suffix(text, match.end())
        if kind == "city":
            units = places.cities
            if not places.cities:
                # Above districts, 市教育局 is the highest office itself.
                units = places.top if places.counties and end > match.end() else places.local
                sure = Sure.LIKELY
            elif word.startswith("地市"):
                units = places.local
        elif (
            "直管" in word or "省管" in word or (places.counties and not places.counties_are_direct)
        ):
            units = places.counties or places.local
            sure = Sure.CERTAIN if places.counties else Sure.GUESS
        else:
            # A city answers for its districts and counties.
            units, sure = places.local, Sure.LIKELY
        sort = Sort.TOP if units and units == places.top else Sort.LEVEL
        return Actor(text[match.start() : end], units, sort, sure, end, others=others)

    def _suffix(self, text: str, end: int) -> int:
        match = re.compile(_SUFFIX).match(text, end)
        return match.end() if match else end

    def _has_suffix(self, text: str, end: int) -> bool:
        return self._suffix(text, end) > end

    def _unknown(self, text: str, start: int, sort: Sort) -> Actor | None:
        """A place in a list of units that the organisation does not have."""
        if sort is not Sort.NAMED:
            return None
        match = _UNKNOWN.match(text, start) or re.compile(r"(?P<name>[一-龥]{2,3})(?=、)").match(
            text, start
        )
        if match is None or _NO_PLACE.match(match["name"]):
            return None
        return self._asked(match)

    def _asked(self, match: re.Match[str]) -> Actor:
        known = [name for name in self.places.names if len(name) <= 8]
        asks = _("there is no unit “{name}” in the organisation").format(name=match["name"])
        if near := did_you_mean(match["name"], known):
            asks += f"; {near}"
        end = self._suffix(match.string, match.end())
        return Actor(match["name"], frozenset(), Sort.NAMED, Sure.GUESS, end, asks=asks)

    def _units_called(self, words: str) -> Units:
        """The units of a level that is called so: 高校 where the organisation has that level."""
        levels = self.places.organisation.levels
        ids = {key for key, name in levels.items() if len(name) >= 2 and name in words}
        return frozenset(one.id for one in self.places.organisation.units if one.level in ids)

    def _company(self, clause: str, start: int) -> Actor | None:
        if _NO_ACTOR.match(clause, start) and not re.match(r"在[^，]{0,20}的", clause[start:]):
            return None
        match = _COMPANY.match(clause, start)
        if match is None:
            unknown = _UNKNOWN.match(clause, start)
            if unknown and not _NO_PLACE.match(unknown["name"]):
                end = self._suffix(clause, unknown.end())
                if _MODAL_AFTER.match(clause, end) or clause[end : end + 1] == "、":
                    return self._asked(unknown)
            return None
        units = self._units_called(match[0]) or self.places.local
        return Actor(match[0], units, Sort.COMPANY, Sure.LIKELY, match.end())

    def _before_modal(self, clause: str) -> Actor | None:
        """An actor inside the clause, right before 要, 应 or 负责, that is nobody's object."""
        for modal in _MODAL_AFTER.finditer(clause):
            for start in range(max(0, modal.start() - 40), modal.start()):
                if clause[start] not in "各省市县区我厅局全郑" and not self._name.match(
                    clause, start
                ):
                    continue
                actor = self._list(clause, start)
                if actor is not None and actor.end == modal.start():
                    if _OBJECT.search(clause[:start]):
                        break
                    return actor
        return None
