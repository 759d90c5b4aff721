"""The words of liaison lists: what a heading, a role or a closing note is called in them."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

ROLES = ("contact", "deputy", "lead")

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("姓名", "联络员姓名", "联系人姓名", "负责人姓名", "人员姓名", "name"),
        "gender": ("性别", "gender", "sex"),
        "unit": (
            "单位", "工作单位", "单位名称", "所在单位", "所属单位", "责任单位", "报送单位",
            "成员单位", "市县", "地区", "unit",
        ),
        "city": ("省辖市名称", "省辖市", "地市名称", "地市", "市", "城市", "市州", "city"),
        "area": (
            "县区名称", "县区", "区县", "县市区", "县", "县级单位", "所属县区", "部门", "科室",
            "处室", "area", "county",
        ),
        "position": ("职务", "职务职称", "职称", "职务级别", "岗位", "position"),
        "phone": (
            "联系方式", "联系电话", "手机号码", "手机号", "手机", "电话", "电话号码", "移动电话",
            "办公电话", "固定电话", "phone", "mobile", "telephone",
        ),
        "email": (
            "邮箱", "电子邮箱", "邮箱地址", "电子邮箱地址", "电子邮件", "邮件", "联系邮箱", "email",
            "mail",
        ),
        "role": ("角色", "人员角色", "role"),
        "campaign": ("专项工作", "campaign"),
        "note": ("备注", "note", "notes", "remarks"),
        "number": ("序号", "编号", "no", "number"),
    }
)  # fmt: skip

_ROLE_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "contact": (
            "contact", "联络员", "联系人", "工作联络员", "工作联系人", "具体工作联系人",
            "具体联系人", "具体工作联络员", "经办人", "具体经办人", "A角", "主联络员",
        ),
        "deputy": ("deputy", "B角", "副联络员", "备用联络员", "联络员B角"),
        "lead": (
            "lead", "分管负责人", "分管领导", "分管工作负责人", "分管工作领导", "主管领导",
            "负责人", "工作负责人", "分管负责同志",
        ),
    }
)  # fmt: skip

_BRACKETS = re.compile(r"\([^()]*\)")
_SIGNS = re.compile(r"[\s/、,，._:：*-]")
_CLOSING = re.compile(
    r"(备注|注|说明|填[表报写](说明|人|时间|日期)|审核人?|制表人?|单位负责人|签字|联系人|notes?)"
    r"\s*[:(\d]|\d{1,2}\s*[.、)]\s*\S|\(\d{1,2}\)\s*\S|[.…·]+$",
    re.IGNORECASE,
)
_OF_UNIT = re.compile(
    r"(?:填[报写表]单位|报送单位|unit filling this in|unit)\s*(?:\([^()]*\))?\s*:\s*(?P<unit>\S+)",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Text without the difference between full-width and half-width characters."""
    return unicodedata.normalize("NFKC", text).strip()


def field_of(heading: str) -> str:
    """The field that a heading means, '' for none: however it is spaced, broken or bracketed."""
    if len(heading) > 60:
        return ""
    return _FIELD_OF.get(heading_core(heading), "")


def role_of(text: str) -> str:
    """The role that a word means, '' for none."""
    return _ROLE_OF.get(heading_core(text), "") if len(text) <= 60 else ""


def is_closing(text: str) -> bool:
    """Whether a row that begins so is a remark on the list and no person."""
    return bool(_CLOSING.match(plain(text)))


def unit_of_form(text: str) -> str:
    """What stands behind 填报单位： in a line above a list; '' where nothing does."""
    match = _OF_UNIT.search(plain(text))
    return match["unit"] if match else ""


def heading_core(text: str) -> str:
    """What of a heading tells its field: without spaces, signs and brackets."""
    text = _SIGNS.sub("", plain(text)).casefold()
    return _BRACKETS.sub("", text) or text


_FIELD_OF = {heading_core(word): field for field, words in FIELDS.items() for word in words}
_ROLE_OF = {heading_core(word): role for role, words in _ROLE_WORDS.items() for word in words}
