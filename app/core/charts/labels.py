"""Names written beside their marks, so that no two of them lie over each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.core.charts.marks import NOTHING, percent, rule
from app.core.charts.words import shorten

NARROW = 300  # pixels of the narrowest picture; on a wider one, what stands side by side is further apart
_LETTER, _LINE = 7, 15  # pixels of a letter and of a line of small text, rather more than less
_LENGTH = 18  # characters
_ROOM = 9  # pixels from the middle of a mark to its name


@dataclass(frozen=True)
class Area:
    """What is taken, in pixels of the narrowest picture."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Area") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def within(self, top: float, bottom: float) -> bool:
        return self.left >= 0 and self.right <= NARROW and self.top >= top and self.bottom <= bottom


@dataclass(frozen=True)
class Name:
    """A name for the mark at x percent and y pixels, and the side of it that is tried first."""

    text: str
    x: float
    y: float
    above: bool = True

    @property
    def mark(self) -> Area:
        x = self.x * NARROW / 100
        return Area(x - 7, self.y - 7, x + 7, self.y + 7)


@dataclass(frozen=True)
class _Place:
    """One way to write a name: `dx` from its mark, the baseline at y, and with a line to its mark where that is far."""

    anchor: str
    dx: float
    y: float
    area: Area
    far: bool = False


def names(wanted: Sequence[Name], top: float, bottom: float, others: Sequence[Name] = ()) -> Markup:
    """Each name where it first fits: above or below its mark, beside it, then further away with a line to it.

    The marks of `others` are left free where that can be had. A name that fits nowhere is left out: its mark's <title>
    and the table have it.
    """
    full, soft, drawn = [name.mark for name in wanted], [other.mark for other in others], NOTHING
    for name in wanted:
        text = shorten(name.text, room=_LENGTH)
        places = [place for place in _places(name, len(text) * _LETTER) if place.area.within(top, bottom)]
        place = _first_free(places, [*full, *soft]) or _first_free(places, full)
        if place:
            full.append(place.area)
            drawn += _written(name, text, place)
    return drawn


def _first_free(places: Sequence[_Place], taken: Sequence[Area]) -> _Place | None:
    return next((place for place in places if not any(place.area.meets(other) for other in taken)), None)


def _places(name: Name, width: float) -> list[_Place]:
    x, y = name.x * NARROW / 100, name.y
    anchor, left = "middle", x - width / 2
    if left < 0:
        anchor, left = "start", x
    elif x + width / 2 > NARROW:
        anchor, left = "end", x - width

    def level(baseline: float, step: int) -> _Place:
        return _Place(anchor, 0, baseline, Area(left, baseline - 11, left + width, baseline + 4), far=step > 0)

    def beside(anchor: str, dx: float, left: float) -> _Place:
        return _Place(anchor, dx, y + 4, Area(left, y - 7, left + width, y + 8))

    above = [level(y - _ROOM - 4 - step * _LINE, step) for step in range(4)]
    below = [level(y + _ROOM + 11 + step * _LINE, step) for step in range(4)]
    sides = [beside("start", _ROOM, x + _ROOM), beside("end", -_ROOM, x - _ROOM - width)]
    first, second = (above, below) if name.above else (below, above)
    return [first[0], second[0], *sides, *first[1:], *second[1:]]


def _written(name: Name, text: str, place: _Place) -> Markup:
    edge = place.area.bottom if place.y < name.y else place.area.top
    tie = rule(name.x, name.y, edge, "chart-zero") if place.far else NOTHING
    return tie + Markup('<text class="chart-name" x="{}" dx="{:g}" y="{:g}" text-anchor="{}">{}</text>').format(
        percent(name.x), place.dx, place.y, place.anchor, text
    )
