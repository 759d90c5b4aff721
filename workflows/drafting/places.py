"""The units of an organisation as plans speak of them: the province, cities, counties, agencies."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from workflows.organisation import Organisation, Unit

_ZONE = re.compile(r"港区|开发区|新区|示范区|实验区|功能区|高新区|经开区|管委会|zone")
_COUNTY = re.compile(r"县|区|旗|乡|镇|街道|county|district|town")
_CITY_NAME = re.compile(r"省辖市|设区的?市|地级|地市|市\s*[（(]州|州\s*[（(]市|市州")
# Above provinces: 各省级民政部门, 31 units of a level that is called so.
_PROVINCES = re.compile(
    r"^(?:各)?省(?!直|辖|管|属)[^市县]*$|^(?:各)?省(?:级|、|（区)|^provinces?$|^provincial$"
)
_SINGLE = re.compile(r"省|自治区|市|州|县|区")
_FEW = 4  # offices of a province may be units of one level, too
_CITY = re.compile(r"市|州|盟|地区|prefecture|city|cities|municipal")
_AGENCY = re.compile(
    r"直属|直单位|厅直|局直|委直|市直|省直(?!管)|机构|单位|中心|企业|公司|院校|学校|医院|agency|bureau|部门"
)
_TOP = re.compile(
    r"^(?:省|自治区|市|县|区|我|本)?[一-龥]{0,10}(?:厅|局|委|办|办公室|领导小组|指挥部|专班|本级|机关)$|^[省市县区州]级$"
    r"|^自治区级$|^(?:province|top|office|owner)$"
)


Units = frozenset[str]  # ids


class Places:
    """The units by what kind they are. `zone_named` and `agencies_named` are what a plan speaks of:
    zones and agencies take part only where it names them."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        kinds: dict[str, list[str]] = {}
        for unit in organisation.units:
            kinds.setdefault(self._kind(unit), []).append(unit.id)
        self.top = frozenset(kinds.get("top", ())[:1])
        self.cities = frozenset(kinds.get("city", ()))
        self.counties = frozenset(kinds.get("county", ()))
        self.zones = frozenset(kinds.get("zone", ()))
        self.agencies = frozenset(kinds.get("agency", ()))
        self.zones_named: Units = frozenset()
        self.agencies_named: Units = frozenset()

    def _kind(self, unit: Unit) -> str:
        name = self.organisation.levels.get(unit.level, unit.level)
        if unit.reminded_through == "departments":
            return "top"
        if self._alone(unit) and (_TOP.search(name) or _TOP.search(unit.level)):
            return "top"
        if self._above_provinces and self._is_province(unit):
            return "city"
        for text in (name, unit.level):
            if _SINGLE.fullmatch(text) and self._alone(unit):
                return "top"
            if _CITY_NAME.search(text):
                return "city"
            if _ZONE.search(text):
                return "zone"
            if _AGENCY.search(text):
                return "agency"
            if _COUNTY.search(text):
                return "county"
            if _CITY.search(text):
                return "city"
        return "agency"

    def _is_province(self, unit: Unit) -> bool:
        name = self.organisation.levels.get(unit.level, unit.level)
        return bool(_PROVINCES.search(name) or _PROVINCES.search(unit.level))

    @cached_property
    def _above_provinces(self) -> bool:
        return sum(map(self._is_province, self.organisation.units)) > _FEW

    @property
    def of_nation(self) -> bool:
        """Whether the places are provinces, and the highest office is one of the nation."""
        return self._above_provinces

    def _alone(self, unit: Unit) -> bool:
        return sum(one.level == unit.level for one in self.organisation.units) == 1

    @property
    def local(self) -> Units:
        """各地: cities and counties, zones that the plan names; else all but the province."""
        found = self.cities | self.counties
        if not found:
            return frozenset(self.organisation.by_id) - self.top
        return found | self.zones_named

    @property
    def everyone(self) -> Units:
        """各地各有关单位: 各地 and the agencies that the plan makes do something."""
        return self.local | self.agencies_named

    @cached_property
    def counties_are_direct(self) -> bool:
        """Whether the counties here are only those that the province administers directly."""
        levels = {self.organisation.by_id[one].level for one in self.counties}
        names = [self.organisation.levels.get(level, level) for level in levels]
        return bool(self.cities) and any(re.search(r"直管|省管|直辖|扩权", name) for name in names)

    @cached_property
    def top_letters(self) -> str:
        """With what the names of the highest office begin: 省 above cities, 市 above districts; 国
        above provinces."""
        if self.of_nation:
            return "国"
        if self.cities:
            return "省|自治区"
        return "市|州" if self.counties else "省|市|县|区"

    @cached_property
    def names(self) -> dict[str, str]:
        """Unit ids by every name, with and without the last letter of a place (郑州市, 郑州)."""
        found: dict[str, str] = {}
        for unit in self.organisation.units:
            for name in (unit.name, *unit.aliases):
                found[name] = unit.id
        for unit in self.organisation.units:
            short = re.sub(r"(?:市|县|区|州)$", "", unit.name)
            if len(short) >= 2:
                found.setdefault(short, unit.id)
        return found


def selector_of(units: Iterable[str], places: Places) -> Any:
    """A selector for exactly those units, as short as it can be: a name, names, or levels."""
    organisation = places.organisation
    wanted = frozenset(units)
    if not wanted or len(wanted) == 1:
        return next((organisation.by_id[one].name for one in wanted), "")
    by_level: dict[str, list[str]] = {}
    for unit in organisation.units:
        by_level.setdefault(unit.level, []).append(unit.id)
    by_name = places.agencies | places.top
    levels = [
        level
        for level, members in by_level.items()
        if not by_name.intersection(members)
        and len(wanted.intersection(members)) * 3 > len(members) * 2
        and len(members) > 1
    ]
    levels += [
        level
        for level, members in by_level.items()
        if levels
        and level not in levels
        and members[0] in places.zones
        and wanted.issuperset(members)
    ]
    levels = [level for level in by_level if level in levels]
    of_levels = {one for level in levels for one in by_level[level]}
    missing = organisation.in_order(of_levels - wanted)
    rest = organisation.in_order(wanted - of_levels)
    if not levels or len(missing) > max(1, len(of_levels) // 3) or len(wanted) < len(missing) + 3:
        return [unit.name for unit in organisation.in_order(wanted)]
    selector: dict[str, Any] = {"levels": levels}
    if missing:
        selector["except"] = [unit.name for unit in missing]
    if not rest:
        return selector
    return {"union": [selector, *(unit.name for unit in rest)]}
