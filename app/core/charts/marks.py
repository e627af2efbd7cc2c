"""The pieces that every picture is drawn with."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.charts.words import shorten

KINDS = frozenset(("accent", "good", "watch", "bad", "neutral", "quiet", "promoter", "passive", "detractor"))
HATCHED = {"watch": 45, "bad": -45}  # told apart in grey print by lines that lean this way
NOTHING = Markup("")
KEY_ROW = 22
DIAMOND = "M0-9 9 0 0 9-9 0z"
TRIANGLES = {"up": "M0-6 7 6H-7z", "down": "M0 6 7-6H-7z"}


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


def picture(
    title: str, description: str, height: float, body: Iterable[Markup], defs: Markup = NOTHING, *, role: str = "img"
) -> Markup:
    """The whole SVG, named by its title and described by its description. One with links in it has the role "group"."""
    drawn = NOTHING.join(body)
    return Markup(
        '<svg class="chart-svg" role="{6}" aria-labelledby="{0}-t {0}-d" width="100%" height="{1:g}" '
        'focusable="false"><title id="{0}-t">{2}</title><desc id="{0}-d">{3}</desc>{4}{5}</svg>'
    ).format(identity(title, description, drawn), height or 1, title, description or title, defs, drawn, role)


def row_words(y: float, label: str, value: str, href: str = "") -> Markup:
    """A row's label at the left, a link where there is somewhere to go, and its value at the right, above its mark."""
    drawn = Markup('<text class="chart-label" x="0" y="{:g}">{}<title>{}</title></text>').format(
        y + 14, shorten(label, beside=value), label
    )
    if href:
        drawn = Markup('<a href="{}">{}</a>').format(href, drawn)
    if value:
        drawn += Markup('<text class="chart-value" x="100%" y="{:g}" text-anchor="end">{}</text>').format(y + 14, value)
    return drawn


def linked(label: str, href: str) -> str:
    """The cell of a table that names something: a link where there is somewhere to go."""
    return Markup('<a href="{}">{}</a>').format(href, label) if href else label


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


def axis_label(x: float, y: float, text: str, kind: str = "") -> Markup:
    """Words at x percent that stay inside the picture at its ends."""
    anchor = "start" if x < 15 else "end" if x > 85 else "middle"
    return Markup('<text class="chart-axis{}" x="{}" y="{:g}" text-anchor="{}">{}</text>').format(
        kind and f" {kind}", percent(x), y, anchor, text
    )


def rule(x: float, top: float, bottom: float, kind: str) -> Markup:
    """A line from top to bottom at x percent."""
    return Markup('<line class="{0}" x1="{1}" x2="{1}" y1="{2:g}" y2="{3:g}"/>').format(kind, percent(x), top, bottom)


def level(y: float) -> Markup:
    """A plain line across to compare with, right of the axis's numbers."""
    return Markup('<line class="chart-benchmark" x1="10%" x2="100%" y1="{0:g}" y2="{0:g}"/>').format(y)


def nothing(height: float) -> Markup:
    """What stands in a picture without a value."""
    return Markup('<text class="chart-axis" x="50%" y="{:g}" text-anchor="middle">nothing to show yet</text>').format(
        height / 2
    )


def dot(x: float, y: float, radius: int, spoken: str) -> Markup:
    return Markup('<circle class="mark-accent chart-dot" cx="{}" cy="{:g}" r="{}"><title>{}</title></circle>').format(
        percent(x), y, radius, spoken
    )


def shape(path: str, x: float, y: float, spoken: str, kind: str = "chart-dot") -> Markup:
    """A path drawn around the point at x percent: unlike a circle, a path can't say percents itself."""
    return Markup('<svg x="{}" y="{:g}"><path class="{}" d="{}"><title>{}</title></path></svg>').format(
        percent(x), y, kind, path, spoken
    )


@dataclass(frozen=True)
class Sample:
    """A line of the key below a picture: a mark drawn around (10, 0), and what it means."""

    drawn: Markup
    words: str


def key(y: float, samples: Sequence[Sample]) -> Markup:
    """What the marks mean, one below the other, `KEY_ROW` pixels each."""
    one = Markup('<svg y="{:g}">{}<text class="chart-axis" x="28" y="5">{}</text></svg>')
    return NOTHING.join(
        one.format(y + KEY_ROW * index + KEY_ROW / 2, sample.drawn, sample.words)
        for index, sample in enumerate(samples)
    )


def line_sample(kind: str, words: str) -> Sample:
    return Sample(Markup('<line class="{}" x1="0" x2="20" y1="0" y2="0"/>').format(kind), words)


def shape_sample(path: str, words: str, kind: str = "chart-dot") -> Sample:
    return Sample(Markup('<svg x="10"><path class="{}" d="{}"/></svg>').format(kind, path), words)
