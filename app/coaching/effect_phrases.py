"""Whether coaching helped, in words that claim no more than can be told."""

from collections.abc import Iterable, Sequence

from app.coaching.queries.effects import AFTER, BEFORE, MOST_COACHED, MOST_OTHERS, KindEffect, MetricEffect
from app.coaching.rules.effects import ENOUGH_COMPARED, ENOUGH_OF_KIND, Effect, Together
from app.core.charts import Benchmark, Chart, Estimate, dots, number
from app.core.measures import Measure
from app.core.pages import plural

KINDS = {
    "practice": "Practising a behaviour",
    "module": "Taking a module",
    "shadow": "Shadowing someone",
    "blocker": "Fixing a process blocker",
}
CAN_NOT_TELL = (
    "Who is coached is chosen, not drawn: a supervisor may know things that no figure shows. So this is association, "
    "and only a trial by lot would prove a cause.",
    "What is expected anyway supposes that people’s true levels stay as they are for a year. Where they move by "
    "themselves, low ones come up a little more than that, and whoever dipped lately comes back a little further than "
    "those they are compared with. So take a difference of less than a tenth of a level for none.",
    "Often the one who observes is the one who coached, and may see what they hope for. Calibrations and customers’ "
    "answers are a check on that.",
    "Whoever was coached only later counts as not coached, so a true effect may look smaller than it is. People who "
    "left, and those not measured since, are not in the figures.",
)
METHOD = (
    f"Everybody is looked at over {BEFORE.days} days before and {AFTER.days} days after the talk that first agreed "
    "something on a gap. Someone not coached is looked at around a day on which another person was. Nobody is "
    f"compared who had such a gap that day and was coached on it, or had been coached on it in the {BEFORE.days} days "
    "before.",
    "Whoever scores low partly scores low by chance, and comes up the next time without any help. How much is "
    "estimated from how far people differ and how far one person’s scores vary (regression to the mean). The rest of "
    "the change of those coached, less the rest of the change of those not coached, is the difference shown. Its "
    "range is where the true one lies with 95% confidence.",
    f"At most {MOST_COACHED:,} people coached on a measure, the latest first, are compared with at most "
    f"{MOST_OTHERS:,} of the same job roles.",
)
_UNITS = {"levels": ("level", "levels"), "points": ("point", "points"), "%": ("percentage point", "percentage points")}


def in_words(effect: Effect, measure: Measure | None) -> str:
    """What came of one gap: "up 0.6 levels; 0.2 of that would be expected anyway; the rest is unlikely to be chance",
    "can’t be told yet: 2 more observations", "reached"."""
    if effect.reached is not None:
        return "reached" if effect.reached else "not reached yet"
    if effect.change is None or effect.expected is None or effect.net is None:
        return f"can’t be told yet: {plural(effect.missing, 'more observation')}"
    return _moved(effect.change, effect.expected, effect.net, effect.certain, measure)


def _moved(change: float, expected: float, net: float, certain: bool, measure: Measure | None) -> str:
    places = _places(measure, (change, expected) if certain else None)
    doubt = "is unlikely to be chance" if certain else "could well be chance"
    moved, anyway = round(change, places), round(expected, places)
    start = f"{_way(change)} {sized(change, measure, places)}" if moved else "no different"
    if not anyway:
        return f"{start}; that {doubt}" if moved else start
    if moved == anyway:
        return f"{start}, as would be expected anyway"
    if moved * anyway > 0 and abs(moved) > abs(anyway):
        return f"{start}; {figure(abs(expected), places)} of that would be expected anyway; the rest {doubt}"
    return (
        f"{start}, where {figure(abs(expected), places)} {_way(expected)} would be expected anyway; "
        f"the difference {doubt}"
    )


def _way(value: float) -> str:
    return "up" if value > 0 else "down"


def _places(measure: Measure | None, apart: tuple[float, float] | None = None) -> int:
    """Decimals to tell a change with: those of its measure, and more until two numbers that surely differ look so."""
    places = 1 if measure is None else measure.decimals
    while apart is not None and places < 3 and round(apart[0], places) == round(apart[1], places):
        places += 1
    return places


def figure(value: float, places: int) -> str:
    """ "0.6", "2", "−0.3": without a nought at the end, with a real minus sign."""
    if places <= 1:
        return number(round(value, places))
    return f"{value:.{places}f}".replace("-", "\N{MINUS SIGN}")


def sized(value: float, measure: Measure | None, places: int | None = None) -> str:
    """The size of a change in the measure's unit, without its sign: "0.6 levels", "1 point", "12 percentage points"."""
    text = figure(abs(value), _places(measure) if places is None else places)
    unit = "" if measure is None else measure.unit
    one, many = _UNITS.get(unit, (unit, unit))
    return f"{text} {one if text == '1' else many}".strip()


def state_of(effect: Together | None) -> tuple[str, str]:
    """Kind and words of the tag that sums an effect up."""
    if effect is None:
        return "neutral", "Too few yet"
    if not effect.certain:
        return "neutral", "Could well be chance"
    return ("good", "Better, beyond chance") if effect.net > 0 else ("watch", "Worse, beyond chance")


def finding(effect: Together, measure: Measure) -> str:
    """ "Those coached gained 0.4 levels more than those not coached (between 0.2 and 0.6); that is unlikely to be
    chance"."""
    places = _places(measure, (effect.net, 0.0) if effect.certain else None)
    doubt = "that is unlikely to be chance" if effect.certain else "that could well be chance"
    between = f"between {figure(effect.low, places)} and {figure(effect.high, places)}"
    if not round(effect.net, places):
        return f"Those coached and those not coached changed alike (the difference lies {between})"
    more = "gained" if effect.net > 0 else "lost"
    return f"Those coached {more} {sized(effect.net, measure, places)} against those not coached ({between}); {doubt}"


def made_of(effect: Together, measure: Measure) -> str:
    """What the difference is made of, in two sentences."""
    places = _places(measure)
    now = (
        f"{_way(effect.change)} {sized(effect.change, measure, places)}"
        if round(effect.change, places)
        else "unchanged"
    )
    anyway, others = _by(effect.expected, places) or "no change", _by(effect.others, places)
    beside = f"{others} on what was expected of them" if others else "where they were expected to be"
    return (
        f"The {effect.coached:,} coached are {now}; {anyway} would be expected anyway. "
        f"The {effect.not_coached:,} not coached are {beside}."
    )


def _by(value: float, places: int) -> str:
    """ "0.4 up"; nothing where it rounds to nothing."""
    return f"{figure(abs(value), places)} {_way(value)}" if round(value, places) else ""


def too_few(found: MetricEffect) -> str:
    """Why a measure has no figure."""
    coached = plural(found.people, "person was coached", "people were coached")
    if found.coached < ENOUGH_COMPARED:
        known = f"{found.coached:,}" if found.coached else "none"
        return (
            f"{coached}, {known} of them measured both before and since. A figure takes {ENOUGH_COMPARED}: with fewer "
            "it would be chance, and it would point at people."
        )
    return (
        f"{coached}. To compare them with, {plural(found.others, 'person', 'people')} not coached "
        f"{'was' if found.others == 1 else 'were'} measured at the same time: it takes {ENOUGH_COMPARED}."
    )


def kind_in_words(found: KindEffect) -> str:
    """What came of a kind of action, or why that is not shown."""
    if found.effect is None:
        known = f", {found.people:,} of them measured both before and since" if found.people else ""
        return (
            f"{plural(found.agreed, 'person', 'people')} agreed on it{known}. "
            f"It is shown from {ENOUGH_OF_KIND} people measured since: with fewer, chance would decide."
        )
    return f"{finding(found.effect, found.measures[0])}. From {plural(found.people, 'person', 'people')}."


def scale_of(found: KindEffect) -> str:
    """What a kind of action is judged by: the name of its one measure, or what several have in common."""
    if len(found.measures) == 1:
        return found.measures[0].name
    return f"What is measured in {_UNITS.get(found.measures[0].unit, ('', found.measures[0].unit))[1]}"


def scales(kinds: Iterable[KindEffect]) -> list[tuple[str, list[KindEffect]]]:
    """Kinds of action under what they are judged by."""
    found: dict[tuple[Measure, ...], list[KindEffect]] = {}
    for one in kinds:
        found.setdefault(one.measures, []).append(one)
    return [(scale_of(rows[0]), rows) for rows in found.values()]


def pictures(metrics: Sequence[MetricEffect]) -> list[Chart]:
    """One picture a scale, of the measures of which something can be told."""
    groups: dict[tuple[str, float, float], list[MetricEffect]] = {}
    for one in metrics:
        groups.setdefault((one.measure.unit, one.measure.low, one.measure.high), []).append(one)
    return [_picture(rows) for rows in groups.values() if any(row.effect for row in rows)]


def _picture(rows: Sequence[MetricEffect]) -> Chart:
    measure = rows[0].measure
    return dots(
        _title(rows),
        f"What those coached gained against those not coached, in {_UNITS.get(measure.unit, ('', measure.unit))[1]}. "
        "The line beside a dot shows where the true difference may well be.",
        [_estimate(row) for row in rows],
        benchmark=Benchmark("No difference", 0),
        head="Measure",
    )


def _title(rows: Sequence[MetricEffect]) -> str:
    better = [row.measure.name for row in rows if row.effect and row.effect.certain and row.effect.net > 0]
    worse = [row.measure.name for row in rows if row.effect and row.effect.certain and row.effect.net < 0]
    parts = [f"{way} beyond chance: {_listed(names)}" for names, way in ((better, "better"), (worse, "worse")) if names]
    title = "; ".join(parts) or "no difference here is beyond what chance explains"
    return title[:1].upper() + title[1:]


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _estimate(row: MetricEffect) -> Estimate:
    if row.effect is None:
        return Estimate(row.measure.name, None, text="too few people yet")
    return Estimate(row.measure.name, row.effect.net, row.effect.low, row.effect.high)


def by_chance(metrics: Sequence[MetricEffect]) -> str:
    """How many findings chance alone would bring about, where there are many."""
    told = sum(row.effect is not None for row in metrics)
    if told < 5:
        return ""
    return (
        f"Of {told} measures that coaching does nothing for, chance alone would call about "
        f"{'one in twenty' if told < 20 else number(round(told / 20))} “beyond chance”."
    )
