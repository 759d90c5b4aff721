"""A plot on logarithmic axes as SVG, each line with its slope beside it."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from statistics import linear_regression

Points = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 900, 560
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 270, 50, 50
_COLORS = ("#0b6bcb", "#c2410c", "#15803d", "#7e22ce", "#b91c1c", "#0f766e", "#a16207")
_APART = 17  # between the names of two lines, at least


def slope(points: Points) -> float:
    """The fitted exponent: 1 where twice as many take twice as long, 0 where no longer."""
    return linear_regression([log10(x) for x, _y in points], [log10(y) for _x, y in points]).slope


def log_plot(title: str, across: str, up: str, lines: Mapping[str, Points]) -> str:
    """The SVG. `across` and `up` name the axes; the points of `lines` are greater than zero."""
    every = [point for points in lines.values() for point in points]
    scale = _Scale(every)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="13" fill="#222">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="26" font-size="16" font-weight="bold">{escape(title)}</text>',
        *scale.grid(across, up),
    ]
    colors = dict(zip(lines, _COLORS, strict=False))
    lowest_first = sorted(lines, key=lambda name: lines[name][-1][1])
    place = float(_HEIGHT)
    for name in lowest_first:  # names go up from the lowest, so that none lies on another
        points, color = lines[name], colors[name]
        x, y = scale.at(*points[-1])
        place = min(y + 4, place - _APART)
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in (scale.at(*one) for one in points))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2.5"/>')
        parts += [
            f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{color}"/>'
            for a, b in (scale.at(*one) for one in points)
        ]
        parts.append(
            f'<text x="{x + 12:.1f}" y="{place:.1f}" fill="{color}">{escape(name)}'
            f" ({slope(points):.2f})</text>"
        )
    return "\n".join([*parts, "</svg>", ""])


def _bounds(values: Sequence[float]) -> tuple[int, int]:
    return floor(log10(min(values))), ceil(log10(max(values)))


class _Scale:
    """Where a value lies in the picture: whole powers of ten bound both axes."""

    def __init__(self, points: Points) -> None:
        self._x = _bounds([x for x, _y in points])
        self._y = _bounds([y for _x, y in points])

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The place of a point."""
        return self._across(log10(x)), self._up(log10(y))

    def _across(self, power: float) -> float:
        first, last = self._x
        return _LEFT + (power - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT)

    def _up(self, power: float) -> float:
        first, last = self._y
        return _HEIGHT - _BOTTOM - (power - first) / (last - first) * (_HEIGHT - _TOP - _BOTTOM)

    def grid(self, across: str, up: str) -> list[str]:
        """The lines of the powers of ten with their values, and what the axes are."""
        right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
        parts = []
        for power in range(self._x[0], self._x[1] + 1):
            x = self._across(power)
            parts.append(f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="#ddd"/>')
            parts.append(
                f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{10**power:,}</text>'
            )
        for power in range(self._y[0], self._y[1] + 1):
            y = self._up(power)
            parts.append(f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="#ddd"/>')
            parts.append(
                f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
            )
        middle = (_LEFT + right) / 2
        parts.append(
            f'<text x="{middle}" y="{bottom + 38}" text-anchor="middle">{escape(across)}</text>'
        )
        parts.append(f'<text x="{_LEFT}" y="{_TOP - 8}" font-size="12">{escape(up)}</text>')
        return parts
