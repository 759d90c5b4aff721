"""Numbers as word processors write them before paragraphs (ISO/IEC 29500-1, section 17.18.59)."""

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_FORMAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_FORMAL_UNITS = ("", "拾", "佰", "仟")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def numeral(number: int, form: str) -> str:
    """`number` in the format of that name, `chineseCounting` for one; in plain digits where the
    format is not known or does not reach so far."""
    return _FORMS.get(form, str)(number) if number >= 0 else str(number)


def _counted(digits: str, units: tuple[str, ...], zero: str, number: int) -> str:
    if not 0 < number < 10_000:
        return str(number)
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if not digit:
            gap = gap or bool(text)
            continue
        text += (zero if gap else "") + digits[digit] + units[place]
        gap = False
    return text


def _chinese(number: int) -> str:
    return (
        _counted(_DIGITS, _UNITS, "零", number).removeprefix("一")
        if 10 <= number < 20
        else (_counted(_DIGITS, _UNITS, "零", number))
    )


def _formal(number: int) -> str:
    return _counted(_FORMAL_DIGITS, _FORMAL_UNITS, "零", number)


def _digit_by_digit(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _of(signs: str) -> Callable[[int], str]:
    """The sign at that place, counted from 1."""
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else str(number)


def _letters(number: int) -> str:
    """a … z, aa, bb …, as Word goes on."""
    if not 0 < number <= 26 * 9:
        return str(number)
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    if not 0 < number < 4_000:
        return str(number)
    text = ""
    for value, letters in _ROMAN:
        while number >= value:
            text, number = text + letters, number - value
    return text


def _signs(first: str, count: int) -> str:
    return "".join(chr(ord(first) + step) for step in range(count))


_CIRCLES = _of(_signs("①", 20) + _signs("㉑", 15) + _signs("㊱", 15))
_FORMS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: "".join(chr(ord(one) + 0xFEE0) for one in str(number)),
    "decimalEnclosedCircle": _CIRCLES,
    "decimalEnclosedCircleChinese": _CIRCLES,
    "decimalEnclosedParen": _of(_signs("⑴", 20)),
    "decimalEnclosedFullstop": _of(_signs("⒈", 20)),
    "ideographEnclosedCircle": _of(_signs("㊀", 10)),
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "chineseLegalSimplified": _formal,
    "ideographLegalTraditional": _formal,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "ideographTraditional": _of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _of("子丑寅卯辰巳午未申酉戌亥"),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "none": lambda _number: "",
    "bullet": lambda _number: "",
}


def before(label: str, text: str) -> str:
    """`text` with the number of its list before it: Chinese follows at once, as plans are typed
    (一、总体要求), all else after a space."""
    if not label or not text:
        return label + text
    close = label[-1] in "、．。.）)：:】]" or "\u2460" <= label[-1] <= "\u32ff"
    chinese = text[0] >= "\u2e80" or text[0] in "“‘《（"
    return f"{label}{text}" if close and chinese else f"{label} {text}"
