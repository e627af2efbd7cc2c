"""Values side by side: one dot with its interval a row, all on one axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.charts.axes import Axis, grid
from app.core.charts.estimates import Benchmark, Estimate, cell, table_of, values_of, with_column
from app.core.charts.marks import (
    DIAMOND,
    KEY_ROW,
    NOTHING,
    Chart,
    axis_label,
    dot,
    key,
    percent,
    picture,
    row_words,
    rule,
    shape,
    shape_sample,
)
from app.core.charts.words import number, shorten

_ROW, _LONG = 52, 12  # pixels a row; rows that fit on a screen
_REASON_LENGTH = 48  # characters of a row's reason that fit on the narrowest phone


@dataclass(frozen=True)
class Second:
    """Another value for each row, in the same order, drawn as a hollow diamond; None where there is none."""

    label: str
    values: tuple[float | None, ...]


def dots(
    title: str,
    description: str,
    items: Sequence[Estimate],
    *,
    unit: str = "",
    span: tuple[float, float] | None = None,
    benchmark: Benchmark | None = None,
    second: Second | None = None,
    head: str = "",
) -> Chart:
    """One dot with its interval a row; a row without a value shows its text instead.

    `span` is the least that the axis shows. A long picture has its numbers above as well as below.
    """
    others = second.values if second else (None,) * len(items)
    if len(others) != len(items):
        raise ValueError("there is one second value, or None, for each row")
    axis = Axis.around([*values_of(items, benchmark), *(value for value in others if value is not None)], span)
    top = (24 if benchmark else 0) + (24 if len(items) > _LONG else 0)
    y, rows = top, NOTHING
    for item, other in zip(items, others, strict=True):
        low = y + (54 if item.value is None else 32)  # a reason takes the place of a dot; a second mark stands below it
        if second and other is not None:  # drawn before the dot, which would be hidden where both agree
            spoken = f"{item.label}, {second.label}: {number(other)}{unit}"
            rows += shape(DIAMOND, _across(axis, other), low, spoken, "chart-hollow")
        rows += _row(item, y, axis, unit)
        y += _ROW + (22 if item.value is None and other is not None else 0)
    drawn = [_scale(axis, top, y, unit, twice=len(items) > _LONG), _named_rule(axis, benchmark, y, unit), rows]
    samples = [shape_sample(DIAMOND, second.label, "chart-hollow")] if second else []
    drawn.append(key(y + 30, samples))
    role = "group" if any(item.href for item in items) else "img"
    svg = picture(title, description, y + 30 + KEY_ROW * len(samples), drawn, role=role)
    table = table_of(items, unit, head or "What")
    if second:
        table = with_column(table, second.label, [cell(other, unit) for other in others])
    return Chart(title, description, svg, *table)


def _across(axis: Axis, value: float) -> float:
    """Percent of the width, with room for half a dot at the ends."""
    return 2 + 96 * axis.part(value)


def _scale(axis: Axis, top: float, bottom: float, unit: str, twice: bool) -> Markup:
    drawn = NOTHING
    for value in axis.ticks():
        x = _across(axis, value)
        drawn += rule(x, top, bottom, grid(value))
        for y in (top - 8, bottom + 18) if twice else (bottom + 18,):
            drawn += axis_label(x, y, number(value) + unit)
    return drawn


def _named_rule(axis: Axis, benchmark: Benchmark | None, bottom: float, unit: str) -> Markup:
    if not benchmark:
        return NOTHING
    x = _across(axis, benchmark.value)
    return rule(x, 20, bottom, "chart-benchmark") + axis_label(x, 14, benchmark.words(unit))


def _row(item: Estimate, y: float, axis: Axis, unit: str) -> Markup:
    if item.value is None:
        reason = Markup('<text class="chart-axis" x="0" y="{:g}">{}<title>{}</title></text>')
        words = item.words(unit)
        return row_words(y, item.label, "", item.href) + reason.format(
            y + 36, shorten(words, room=_REASON_LENGTH), words
        )
    spoken, drawn = f"{item.label}: {item.words(unit)}", row_words(y, item.label, item.words(unit), item.href)
    if item.interval:
        left, right = (_across(axis, value) for value in item.interval)
        whisker = Markup('<line class="chart-whisker" x1="{}" x2="{}" y1="{y:g}" y2="{y:g}"><title>{}</title></line>')
        drawn += whisker.format(percent(left), percent(right), spoken, y=y + 32)
    return drawn + dot(_across(axis, item.value), y + 32, 6, spoken)
