"""Who acts: the names, levels and general words with which a clause begins, as units.

`郑州市、开封市交通运输局`, `各省辖市、省直管县（市）`, `各地各有关单位`, `省厅`, `试点地区`,
`除郑州、洛阳外`, `平台公司` (the bureaus that supervise it).
"""

import re
from dataclasses import replace

from config.i18n import _
from workflows.drafting.actor import Actor, Sort
from workflows.drafting.actor_words import (
    AFTER_BY,
    AGENCIES,
    ALL,
    CITY,
    COMPANY,
    COUNTED,
    COUNTY,
    EVERY,
    EXCEPT,
    EXCEPT_THESE,
    JOIN,
    LEAD,
    MODAL,
    MODAL_AFTER,
    NO_ACTOR,
    NO_PLACE,
    OBJECT,
    OTHERS,
    OUTSIDE,
    OWN,
    PILOT,
    PROVINCE,
    SOME,
    SUFFIX,
    THINGS,
    UNKNOWN,
    highest_office,
)
from workflows.drafting.model import Sure
from workflows.drafting.places import Places, Units
from workflows.drafting.plan_words import VERBS
from workflows.organisation import did_you_mean

_BODIES = re.compile(rf"(?:各类)?[一-龥]{{0,8}}?(?:{THINGS})(?={MODAL})")  # 各级医疗机构要
_DONE_BY_ANOTHER = re.compile(r"的[^，。；]{1,16}?由")  # 各县的复核由省运输中心负责
_BEYOND = re.compile(r"(?:以外|之外)的(?:其他|其它|其余)?")  # 试点地区以外的市县
_PLACES = re.compile(r"(?:各)?(?:市县|地区|地方|县区|市|县)")
_SO_MANY = re.compile(r"[两三四五六七八九十\d]+")  # 上述两区
_NUMBERS = {sign: number for number, sign in enumerate("两三四五六七八九十", 2)}
_NUMBERS |= {str(number): number for number in range(2, 31)}
_ORDERED = re.compile(r"(?:要|应当?|须|必须)")
_BY = re.compile(r"(?<![自缘理经])由")
_BY_DOES = re.compile(
    rf"(?=(?:率先|统一|具体|直接|分别|自行|先行|尽快)*(?:{VERBS.pattern}))(?![^，。；]{{0,8}}的)"
)
_THING_BY = re.compile(
    r"(?:[河道湖库路桥线段网站点区]|[^，。；的]{0,4}(?:河道|道路|线路|设施|项目|工程|工作|事项))由"
)
_DESCRIBED = re.compile(r"[^，。；、]{3,16}的")
_IS_SO = re.compile(
    r"(?:问题|任务|面积|数量|基础|条件|压力|存量)[^，。；]{0,4}(?:较|多|大|重|好|差|集中|突出)"
)
_ACTS = re.compile(r"要|应当?|须|将|于|按|自行|负责|组织|完成")


def _alike(doing: str, also: str) -> bool:
    """Whether two do the same: 完成不少于12个 and 完成不少于8个, 400间 and 300间."""
    return doing[:2] == also[:2] or (doing[:1].isdigit() and also[:1].isdigit())


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
        self._top = highest_office(
            letters, [name for name, unit in places.names.items() if unit in places.top]
        )
        self._whole = re.compile(
            rf"(?:在全(?:{letters})范围内?|(?:全|我|本)(?:{letters})(?:范围内?)?)(?!各|所有|每)"
        )

    def find(self, clause: str) -> Actor | None:
        """Who acts, by the words with which the clause begins; None where it does not say."""
        lead = LEAD.match(clause)
        start = lead.end() if lead else 0
        actor = self._list(clause, start)
        if actor is not None and _THING_BY.match(clause, actor.end):
            actor = self._by(clause) or actor  # 县级河道由县水利局清理
        if actor is not None and not _DONE_BY_ANOTHER.match(clause, actor.end):
            return actor
        if match := AFTER_BY.search(clause):
            actor = self._list(clause, match.start("who"))
            if actor is not None:
                return actor
        company = self._company(clause, start)
        ordered = company is not None and _ORDERED.match(clause, company.end)
        if (match := self._whole.match(clause, start)) is not None and not ordered:
            return Actor(match[0], self.places.top, Sort.WHOLE, Sure.LIKELY, match.end())
        return (
            company
            or self._before_modal(clause)
            or self._by(clause)
            or self._described(clause, start)
        )

    def _by(self, clause: str) -> Actor | None:
        """By whom something is done: 该项工作由甲市率先开展, not 由省厅组织的培训."""
        for match in _BY.finditer(clause):
            actor = self._list(clause, match.end())
            if actor is not None and _BY_DOES.match(clause, actor.end):
                return actor
        return None

    def _described(self, clause: str, start: int) -> Actor | None:
        """Units after what describes them: 地处山区的甲县、乙县, where nothing else follows."""
        match = _DESCRIBED.match(clause, start)
        actor = self._list(clause, match.end()) if match else None
        if actor is None or actor.sort is not Sort.NAMED:
            return None
        rest = clause[actor.end :].strip("　 ")
        if OBJECT.match(clause, start) or not (rest == "" or _IS_SO.match(rest)):
            return None
        return actor

    def find_all(self, clause: str) -> Actor | None:
        """The same, with those that do it too: 各市完成不少于12个、各县完成不少于8个."""
        actor = self.find(clause)
        if actor is None or actor.sort not in (Sort.LEVEL, Sort.NAMED):
            return actor
        for match in re.finditer("、", clause[actor.end :]):
            other = self._list(clause, actor.end + match.end())
            if other is not None and _alike(clause[actor.end :], clause[other.end :]):
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
        match = EXCEPT.search(text)
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
        while join := JOIN.match(text, end):
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
        if sort is Sort.NAMED and (counted := COUNTED.match(text, end)):
            end = counted.end()
        others = first.others
        if (beyond := _BEYOND.match(text, end)) is not None and sort is not Sort.TOP:
            level = self._one(text, beyond.end(), first=False)
            plain = _PLACES.match(text, beyond.end())
            if level is not None and units < level.units:
                units, sort, end = level.units - units, Sort.LEVEL, level.end
            elif plain is not None:
                units, sort, end = self.places.local - units, Sort.ALL, plain.end()
        if (but := EXCEPT_THESE.match(text, end)) is not None:
            taken = self._list(but["list"], 0)
            if taken is not None and sort is not Sort.TOP:
                units, end = units - taken.units, but.end()
        return Actor(text[start:end], units, sort, sure, end, departments, asks, others)

    def _one(self, text: str, start: int, first: bool) -> Actor | None:
        """One name of a list, at `start`."""
        others = OTHERS.match(text, start)
        begin = others.end() if others else start
        if (match := re.compile(AGENCIES).match(text, begin)) is not None:
            units = self.places.agencies or self.places.top
            return Actor(match[0], units, Sort.LEVEL, Sure.LIKELY, match.end())
        if (match := self._name.match(text, begin)) is not None and (
            self.places.names[match[0]] not in self.places.top
        ):
            return self._by_name(text, match)
        if self.places.agencies and (match := re.compile(rf"各?{OWN}").match(text, begin)):
            units = self.places.agencies
            return Actor(match[0], units, Sort.LEVEL, Sure.LIKELY, match.end())
        if self.places.of_nation and (province := self._province(text, start)) is not None:
            return province
        office = self._department(text, begin)
        match = self._top.match(text, begin)
        if office is not None and (match is None or office.end > match.end()):
            return office
        if match is not None:
            return self._highest(match)
        if (match := OUTSIDE.match(text, begin)) is not None:
            return Actor(match[0], frozenset(), Sort.OUTSIDE, Sure.CERTAIN, match.end())
        if others and (match := re.compile(r"地区|地方|各地|市县").match(text, begin)):
            units, words = self.places.local, text[start : match.end()]
            return Actor(words, units, Sort.ALL, Sure.CERTAIN, match.end(), others=True)
        every = EVERY.match(text, begin)
        if (match := re.compile(PILOT).match(text, begin)) is not None:
            return self._pilot(match)
        if (match := re.compile(rf"(?:全[省市县区州])?(?:{ALL})").match(text, begin)) is not None:
            if match[0] == "各级" and (bodies := _BODIES.match(text, match.end())) is not None:
                units = self._units_called(bodies[0]) or self.places.local
                words = text[match.start() : bodies.end()]
                return Actor(words, units, Sort.COMPANY, Sure.LIKELY, bodies.end())
            end = self._suffix(text, match.end())
            everyone = "单位" in match[0] or "各部门" in match[0]
            units = self.places.everyone if everyone else self.places.local
            return Actor(match[0], units, Sort.ALL, Sure.CERTAIN, end)
        begin = every.end() if every else begin
        for pattern, kind in ((COUNTY, "county"), (CITY, "city")):
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
        named = self._level_name.match(text, begin)
        acts = named is not None and _ACTS.match(text, named.end())
        if named is not None and (every or others or acts or not first or len(named[0]) >= 4):
            match = named
            units = self._units_called(match[0])
            end = self._suffix(text, match.end())
            return Actor(
                text[start:end], units, Sort.LEVEL, Sure.CERTAIN, end, others=others is not None
            )
        if (match := re.compile(SOME).match(text, start)) is not None and match[0] not in (
            "单位",
            "部门",
        ):
            return Actor(match[0], self.places.everyone, Sort.SOME, Sure.LIKELY, match.end())
        if every and (
            match := re.compile(rf"[一-龥“”（）]{{0,16}}?(?:{THINGS})").match(text, begin)
        ):
            units = self._units_called(match[0]) or self.places.local
            return Actor(text[start : match.end()], units, Sort.COMPANY, Sure.LIKELY, match.end())
        return None

    def _province(self, text: str, start: int) -> Actor | None:
        """Provinces in a plan of the nation: 各省级民政部门, 其他省份."""
        others = OTHERS.match(text, start)
        begin = others.end() if others else start
        every = EVERY.match(text, begin)
        match = re.compile(PROVINCE).match(text, every.end() if every else begin)
        if match is None or (len(match[0]) == 1 and not (every or others)):
            return None
        end = self._suffix(text, match.end())
        units, words = self.places.cities, text[start:end]
        return Actor(words, units, Sort.LEVEL, Sure.CERTAIN, end, others=others is not None)

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
        counted = _SO_MANY.search(match[0])
        if units and (counted is None or len(units) == _NUMBERS.get(counted[0], 0)):
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
        match = re.compile(SUFFIX).match(text, end)
        return match.end() if match else end

    def _has_suffix(self, text: str, end: int) -> bool:
        return self._suffix(text, end) > end

    def _unknown(self, text: str, start: int, sort: Sort) -> Actor | None:
        """A place in a list of units that the organisation does not have."""
        if sort is not Sort.NAMED:
            return None
        match = UNKNOWN.match(text, start) or re.compile(r"(?P<name>[一-龥]{2,3})(?=、)").match(
            text, start
        )
        if match is None or NO_PLACE.match(match["name"]):
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
        if NO_ACTOR.match(clause, start) and not re.match(r"在[^，]{0,20}的", clause[start:]):
            return None
        match = COMPANY.match(clause, start)
        if match is None:
            unknown = UNKNOWN.match(clause, start)
            if unknown and not NO_PLACE.match(unknown["name"]):
                end = self._suffix(clause, unknown.end())
                if MODAL_AFTER.match(clause, end) or clause[end : end + 1] == "、":
                    return self._asked(unknown)
            return None
        units = self._units_called(match[0]) or self.places.local
        return Actor(match[0], units, Sort.COMPANY, Sure.LIKELY, match.end())

    def _before_modal(self, clause: str) -> Actor | None:
        """An actor inside the clause, right before 要, 应 or 负责, that is nobody's object."""
        for modal in MODAL_AFTER.finditer(clause):
            for start in range(max(0, modal.start() - 40), modal.start()):
                if clause[start] not in "各省市县区我厅局全" and not self._name.match(
                    clause, start
                ):
                    continue
                actor = self._list(clause, start)
                if actor is not None and actor.end == modal.start():
                    if OBJECT.search(clause[:start]):
                        break
                    return actor
        return None
