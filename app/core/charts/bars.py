"""Bars: sizes from zero, and wholes made of parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.charts.marks import (
    NOTHING,
    Box,
    Chart,
    check_kinds,
    filled,
    hatches,
    identity,
    percent,
    picture,
    row_words,
)
from app.core.charts.words import number, share, shorten

_ROW, _STACK_ROW, _PART_ROW, _KEY_ROW = 48, 62, 26, 24


@dataclass(frozen=True)
class Bar:
    """One bar. `value` is not negative; `kind` is one of KINDS; `text` replaces the number shown."""

    label: str
    value: float
    kind: str = "accent"
    text: str = ""


@dataclass(frozen=True)
class Part:
    """One kind of part of stacked bars, such as "Certified"."""

    label: str
    kind: str = "accent"


@dataclass(frozen=True)
class Stack:
    """One stacked bar: `values` are counts in the order of the parts."""

    label: str
    values: tuple[int, ...]


def bars(title: str, description: str, items: Sequence[Bar], *, unit: str = "", head: str = "") -> Chart:
    """Horizontal bars from zero, in the order given. `unit` follows each number: "%" or " people"."""
    check_kinds(item.kind for item in items)
    if any(item.value < 0 for item in items):
        raise ValueError("bars start at zero: a value can't be below it")
    mark = identity(title, items)
    longest = max((item.value for item in items), default=0) or 1
    texts = [item.text or number(item.value) + unit for item in items]
    drawn = []
    for index, (item, text) in enumerate(zip(items, texts, strict=True)):
        y = index * _ROW
        box = Box("0", y + 22, percent(100 * item.value / longest), 12)
        drawn.append(row_words(y, item.label, text))
        drawn.append(filled(box, item.kind, f"{item.label}: {text}", mark))
    rows = tuple((item.label, text) for item, text in zip(items, texts, strict=True))
    svg = picture(title, description, len(items) * _ROW - 8, drawn, hatches(mark))
    return Chart(title, description, svg, (head or "What", "Value"), rows)


def stacked_bars(
    title: str, description: str, parts: Sequence[Part], items: Sequence[Stack], *, head: str = ""
) -> Chart:
    """Wholes and their parts. Every bar is as wide as the page and shows shares; the numbers show sizes.

    One bar lists its parts with their numbers below it; several share one key above them.
    """
    check_kinds(part.kind for part in parts)
    if any(len(item.values) != len(parts) or min(item.values, default=0) < 0 for item in items):
        raise ValueError("each stack has one value, not negative, for each part")
    mark = identity(title, items)
    alone = len(items) == 1
    key = NOTHING if alone else _key(parts, mark)
    top = 0 if alone else (len(parts) + 1) // 2 * _KEY_ROW + 20
    drawn = [key, *(_stack(top + index * _STACK_ROW, item, parts, mark) for index, item in enumerate(items))]
    height = top + len(items) * _STACK_ROW - 8
    if alone:
        drawn.append(_listed_parts(height, parts, items[0], mark))
        height += len(parts) * _PART_ROW
    rows = tuple((item.label, *map(number, item.values), number(sum(item.values))) for item in items)
    header = (head or "Whose", *(part.label for part in parts), "Together")
    return Chart(title, description, picture(title, description, height, drawn, hatches(mark)), header, rows)


def _stack(y: float, item: Stack, parts: Sequence[Part], mark: str) -> Markup:
    total, reached = sum(item.values), 0
    drawn = row_words(y, item.label, number(total))
    if not total:
        return drawn + Markup('<rect class="chart-nothing" x="0" y="{}" width="100%" height="20"/>').format(y + 24)
    for part, value in zip(parts, item.values, strict=True):
        if value:
            box = Box(percent(100 * reached / total), y + 24, percent(100 * value / total), 20)
            spoken = f"{item.label}, {part.label}: {number(value)} ({share(value, total)})"
            drawn += filled(box, part.kind, spoken, mark)
        reached += value
    return drawn


def _key(parts: Sequence[Part], mark: str) -> Markup:
    """The names of the parts, two beside each other."""
    drawn = NOTHING
    for index, part in enumerate(parts):
        swatch = filled(Box("0", 3, "12", 12), part.kind, part.label, mark)
        drawn += Markup(
            '<svg x="{}%" y="{}" width="50%" height="20">{}<text class="chart-key" x="20" y="14">{}</text></svg>'
        ).format(index % 2 * 50, index // 2 * _KEY_ROW, swatch, shorten(part.label, beside=" " * 20))
    return drawn


def _listed_parts(y: float, parts: Sequence[Part], item: Stack, mark: str) -> Markup:
    total, drawn = sum(item.values), NOTHING
    for index, (part, value) in enumerate(zip(parts, item.values, strict=True)):
        top = y + index * _PART_ROW
        drawn += filled(Box("0", top + 3, "12", 12), part.kind, part.label, mark)
        drawn += Markup(
            '<text class="chart-key" x="20" y="{0:g}">{1}</text>'
            '<text class="chart-value" x="100%" y="{0:g}" text-anchor="end">{2} ({3})</text>'
        ).format(top + 14, shorten(part.label), number(value), share(value, total))
    return drawn
