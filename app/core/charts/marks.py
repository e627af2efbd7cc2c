"""The pieces that every picture is drawn with."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from app.core.charts.words import shorten

KINDS = frozenset(("accent", "good", "watch", "bad", "neutral", "quiet", "promoter", "passive", "detractor"))
HATCHED = {"watch": 45, "bad": -45}  # told apart in grey print by lines that lean this way
NOTHING = Markup("")


@dataclass(frozen=True)
class Chart:
    """A picture for the macro `ui.chart`. `title` states the finding; `rows` are what "show as table" shows."""

    title: str
    description: str
    svg: Markup
    header: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Box:
    """Where a rectangle is. x and width are SVG lengths ("12" or "40%"), y and height pixels."""

    x: str
    y: float
    width: str
    height: float


def check_kinds(kinds: Iterable[str]) -> None:
    """Raises ValueError that lists the kinds there are."""
    unknown = sorted(set(kinds) - KINDS)
    if unknown:
        raise ValueError(f"no mark of kind {', '.join(unknown)} (there are: {', '.join(sorted(KINDS))})")


def identity(*things: object) -> str:
    """A short name for ids inside one picture: the same for the same data, another for another picture."""
    return "c" + hashlib.sha256(repr(things).encode()).hexdigest()[:10]


def percent(value: float) -> str:
    return f"{round(value, 2):g}%"


def picture(title: str, description: str, height: float, body: Iterable[Markup], defs: Markup = NOTHING) -> Markup:
    """The whole SVG, named by its title and described by its description."""
    drawn = NOTHING.join(body)
    return Markup(
        '<svg class="chart-svg" role="img" aria-labelledby="{0}-t {0}-d" width="100%" height="{1:g}" '
        'focusable="false"><title id="{0}-t">{2}</title><desc id="{0}-d">{3}</desc>{4}{5}</svg>'
    ).format(identity(title, description, drawn), height or 1, title, description or title, defs, drawn)


def row_words(y: float, label: str, value: str) -> Markup:
    """A row's label at the left and its value at the right, above its mark."""
    return Markup(
        '<text class="chart-label" x="0" y="{0:g}">{1}<title>{2}</title></text>'
        '<text class="chart-value" x="100%" y="{0:g}" text-anchor="end">{3}</text>'
    ).format(y + 14, shorten(label, beside=value), label, value)


def filled(box: Box, kind: str, spoken: str, mark: str) -> Markup:
    """A rectangle of a kind's colour, with lines over it where the kind has some (defs: `hatches(mark)`)."""
    place = Markup('x="{}" y="{:g}" width="{}" height="{:g}"').format(box.x, box.y, box.width, box.height)
    drawn = Markup('<rect class="mark-{}" {}><title>{}</title></rect>').format(kind, place, spoken)
    if kind in HATCHED:
        drawn += Markup('<rect fill="url(#{}-{})" pointer-events="none" {}/>').format(mark, kind, place)
    return drawn


def hatches(mark: str) -> Markup:
    """Definitions of the lines that lie over hatched kinds."""
    one = Markup(
        '<pattern id="{}-{}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate({})">'
        '<path class="chart-hatch" d="M0 0V6"/></pattern>'
    )
    return Markup("<defs>{}</defs>").format(NOTHING.join(one.format(mark, kind, HATCHED[kind]) for kind in HATCHED))


def axis_label(x: float, y: float, text: str) -> Markup:
    """Words at x percent that stay inside the picture at its ends."""
    anchor = "start" if x < 15 else "end" if x > 85 else "middle"
    return Markup('<text class="chart-axis" x="{}" y="{:g}" text-anchor="{}">{}</text>').format(
        percent(x), y, anchor, text
    )
