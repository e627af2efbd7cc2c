"""Results as pictures: how answers are spread, groups side by side, the waves one after the other.

Shares come from the ledger with their bands, and so does every word of a picture, of its tooltips and of its table. A
bar of a share that is only known to be small is not drawn: its length would say more than the band does.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from app.core.charts import Bar, Benchmark, Chart, Estimate, Point, Way, bars, dots, share, trend
from app.core.charts.marks import linked
from app.core.pages import plural
from app.voice import result_phrases as phrases
from app.voice.queries.released import Released
from app.voice.queries.results import Comparison, Step, counts_of, measure
from app.voice.queries.trends import Point as Asked_in
from app.voice.queries.trends import Trend
from app.voice.rules import results as rules
from app.voice.rules.confidentiality import Share, rate_of, share_of
from app.voice.rules.questions import Asked, Choice, Definition
from app.voice.rules.results import Measure, Near
from app.voice.rules.tallying import MINUTES
from app.voice.rules.topics import Tones

BANDS = (("Promoters (9 or 10)", "promoter"), ("Passives (7 or 8)", "passive"), ("Detractors (0 to 6)", "detractor"))
TIMES = {"0-2": "Under 2 minutes", "2-5": "2 to 5 minutes", "5-10": "5 to 10 minutes", "10+": "Over 10 minutes"}
NOT_TOLD = "not told"
_HEAD = ("Answer", "Share", "From", "To")
Line = tuple[str, Share, str, str]  # what was answered, how many did, and between what the true share may lie
Link = Callable[[str], str]


def _no_link(_key: str) -> str:
    return ""


def spread(question: Asked, group: Released) -> Chart | None:
    """How answers are spread; None for texts, tables and where nothing is shown."""
    if not group.answered(question.key):
        return None
    if question.kind == "rating":
        return _rating(question, group)
    return choices(question, group) if question.kind in {"single", "multiple", "process"} else _places(question, group)


def lines(question: Asked, group: Released, options: Iterable[tuple[str, str]]) -> list[Line]:
    """Answers (value and words) with their shares."""
    return [(words, *_told(group, question.key, value)) for value, words in options]


def _told(group: Released, key: str, value: str) -> tuple[Share, str, str]:
    found = group.share(key, value)
    share = found if found is not None else Share(0, NOT_TOLD)
    if share.banded:
        return share, NOT_TOLD, NOT_TOLD
    row = value.partition("=")[0] if "=" in value else ""
    low, high = rules.share_interval(group.tally(key).get(value, 0), group.answered(key, row))
    return share, f"{low:.0f} %", f"{high:.0f} %"


def ratings(question: Asked, group: Released) -> list[Line]:
    """Each step of a scale, the highest first."""
    steps = [(str(value), phrases.step(question, value)) for value in reversed(question.scale)]
    return lines(question, group, steps)


def ranked(question: Asked, group: Released) -> list[tuple[Choice, Line]]:
    """Options by their share. Those of the same band keep the order in which they were asked."""
    told = lines(question, group, [(one.key, one.text) for one in question.options])
    return sorted(zip(question.options, told, strict=True), key=lambda pair: _size(pair[1][1]), reverse=True)


def _size(share: Share) -> int:
    return 0 if _is_small(share) else share.percent


def _is_small(share: Share) -> bool:
    return bool(share.banded) and share.percent <= 50


def _bar(line: Line, kind: str = "accent") -> Bar:
    words, share, low, high = line
    around = "" if share.banded else f" ({low.removesuffix(' %')} to {high.removesuffix(' %')})"
    return Bar(words, 0 if _is_small(share) else share.percent, kind, f"{share}{around}")


def _bars(title: str, description: str, drawn: Sequence[Bar], rows: Iterable[Sequence[object]]) -> Chart:
    """Bars with a table of their own."""
    chart = bars(title, description, drawn)
    return replace(chart, header=_HEAD, rows=tuple((row[0], str(row[1]), *row[2:]) for row in rows))


def _rating(question: Asked, group: Released) -> Chart | None:
    found = measure(group, question)
    if found is None:
        return None
    n = plural(group.answered(question.key), "person", "people")
    description = f"Shares of the {n} who answered, {phrases.scale(question)}."
    told = ratings(question, group)
    shown = _bands(question, group) if question.enps else told
    kinds = [kind for _, kind in BANDS] if question.enps else ["accent"] * len(shown)
    drawn = [_bar(line, kind) for line, kind in zip(shown, kinds, strict=True)]
    rows = [*shown, *told] if question.enps else told
    return _bars(phrases.finding(question, found), description, drawn, rows)


def _bands(question: Asked, group: Released) -> list[Line]:
    """Promoters, passives and detractors."""
    answered, counts = group.answered(question.key), rules.bands_of(counts_of(group, question))
    found: list[Line] = []
    for (words, _), n in zip(BANDS, counts, strict=True):
        share = rate_of(n, answered) if group.named else share_of(n, answered)
        low, high = rules.share_interval(n, answered)
        known = (NOT_TOLD, NOT_TOLD) if share.banded else (f"{low:.0f} %", f"{high:.0f} %")
        found.append((words, share, *known))
    return found


def choices(question: Asked, group: Released, link: Link = _no_link) -> Chart:
    """Answers to choose from, those that most chose first. `link` leads on from an option's key."""
    found = ranked(question, group)
    n = plural(group.answered(question.key), "person", "people")
    several = " Each could choose several." if question.kind != "single" else ""
    title = phrases.most_named(question, [(one, line[1]) for one, line in found])
    rows = [(linked(line[0], link(one.key)), *line[1:]) for one, line in found]
    return _bars(title, f"Shares of the {n} who answered.{several}", [_bar(line) for _, line in found], rows)


def _places(question: Asked, group: Released) -> Chart | None:
    """The mean place of what was ranked, the best first. One person's order has none."""
    if question.kind != "ranking" or group.answered(question.key) < 2:
        return None
    tally = group.tally(question.key)
    found = []
    for option in question.options:
        counts = {place: tally.get(f"{option.key}@{place}", 0) for place in range(1, len(question.options) + 1)}
        found.append((rules.mean_of(counts, 1, len(question.options)), option))
    found.sort(key=lambda pair: (round(pair[0].value, 1), question.options.index(pair[1])))
    items = [Estimate(one.text, round(mean.value, 1), round(mean.low, 1), round(mean.high, 1)) for mean, one in found]
    n = plural(group.answered(question.key), "person", "people")
    chart = dots(
        phrases.first_of([one.label for one in items if one.value == items[0].value]),
        f"Mean place by the {n} who answered; 1 is the first. Lines show where the true mean may well be.",
        items,
        span=(1, len(question.options)),
        head="What",
    )
    firsts = [str(group.share(question.key, f"{option.key}@1") or NOT_TOLD) for _, option in found]
    rows = tuple((*row, first) for row, first in zip(chart.rows, firsts, strict=True))
    return replace(chart, header=("What", "Mean place", "From", "To", "Put first by"), rows=rows)


@dataclass(frozen=True)
class Row:
    """One line of a matrix: who answered it, and the share of each answer."""

    words: str
    n: int  # 0 where it is not shown
    shares: Sequence[Share]


def table(question: Asked, group: Released) -> list[Row]:
    """The lines of a matrix; none when all of them are refused."""
    found = []
    for row in question.rows:
        shares = [group.share(question.key, f"{row.key}={one.key}") for one in question.options]
        found.append(Row(row.text, group.answered(question.key, row.key), [one for one in shares if one is not None]))
    return found if any(row.n for row in found) else []


def estimate(question: Asked, label: str, found: Measure | Near, href: str = "") -> Estimate:
    """A figure beside others; only words where nearly all are of one mind."""
    if isinstance(found, Near):
        return Estimate(label, None, text=phrases.near(question, found), href=href)
    return Estimate(label, *_rounded(question, found), href=href)


def _rounded(question: Asked, found: Measure) -> tuple[float, float, float]:
    value, low, high = (round(one, 0 if question.enps else 1) for one in (found.value, found.low, found.high))
    return value, low, high


def side_by_side(question: Asked, whole: Released, found: Comparison, link: Link) -> Chart:
    """The groups of a field with their intervals. `link` leads to a group."""
    items = [estimate(question, phrases.value_of(one.value), one.figure, link(one.value)) for one in found.groups]
    items += [
        Estimate(phrases.value_of(value), None, text=f"not shown: {phrases.SHORT[why]}") for value, why in found.refused
    ]
    everyone = measure(whole, question)
    level = Benchmark("Together", _rounded(question, everyone)[0]) if isinstance(everyone, Measure) else None
    what = "eNPS" if question.enps else "Mean"
    description = f"{what} of each group with the interval in which the true one may well lie."
    span = None if question.enps else (question.low, question.high)
    return dots(phrases.groups_finding(found), description, items, span=span, benchmark=level, head=found.label)


def course(found: Trend) -> Chart:
    """A question over the waves."""
    question = found.question
    points = [_point(question, one) for one in found.points]
    if found.moved is not None and found.certain:
        way: Way = "up" if found.moved.value > 0 else "down"
        points[-1] = replace(points[-1], changed=way)
    what = "eNPS" if question.enps else f"Mean {phrases.scale(question)}"
    span = None if question.enps else (question.low, question.high)
    description = f"{what} in each wave, with what the true value may well be."
    return trend(phrases.moved(found), description, points, span=span, head="Wave")


def _point(question: Asked, one: Asked_in) -> Point:
    label = f"Wave {one.number}"
    if isinstance(one.figure, Measure):
        value, low, high = _rounded(question, one.figure)
        return Point(label, value, low, high, n=one.figure.n)
    if isinstance(one.figure, Near):
        return Point(label, None, text=phrases.near(question, one.figure), n=one.figure.n)
    return Point(label, None, text="not asked like this, or not shown")


def times(group: Released) -> Chart | None:
    """How long it took those who answered; None where that is not known."""
    if not group.answered(MINUTES):
        return None
    question = Asked(MINUTES, "single", "", options=tuple(Choice(key, words) for key, words in TIMES.items()))
    told = lines(question, group, TIMES.items())
    largest = max(told, key=lambda line: _size(line[1]))
    description = "From opening the page to sending, as the browsers of those who answered measured it."
    title = f"{largest[0]}: {largest[1]}" if _size(largest[1]) else "How long it took"
    return _bars(title, description, [_bar(line) for line in told], told)


def drop_off(steps: Sequence[Step], definition: Definition) -> Chart | None:
    """How far people got; None where that is not known."""
    if len(steps) < 2:
        return None
    names = ["The page was opened", *(f"{at}. {one.text}" for at, one in enumerate(definition.questions, start=1))]
    known = [step for step in steps if step.position < len(names)]
    drawn = [Bar(names[step.position], step.percent, text=_about(step.percent)) for step in known]
    last = known[-1]
    title = f"{_about(last.percent).capitalize()} of those who opened the page got to question {last.position}"
    description = (
        "Counted by browsers, in steps of 5 %, and only questions that everyone is asked: a count of the others would "
        "tell what was answered before."
    )
    return replace(bars(title, description, drawn, head="Got as far as"), header=("Got as far as", "Share"))


def _about(percent: int) -> str:
    return f"about {percent} %"


def named_most(question: Asked, group: Released, most: int = 3) -> list[Choice]:
    """The options that most people chose, as far as that may be told."""
    return [one for one, line in ranked(question, group)[:most] if _size(line[1])]


def tone(found: Tones) -> Chart:
    """How texts sound."""
    n = found.positive + found.neutral + found.negative
    told = {
        "positive": (found.positive, "good"),
        "neither": (found.neutral, "quiet"),
        "negative": (found.negative, "bad"),
    }
    drawn = [Bar(words.capitalize(), times, kind, plural(times, "text")) for words, (times, kind) in told.items()]
    most = max(told, key=lambda words: told[words][0])
    sound = "neither positive nor negative" if most == "neither" else most
    title = f"{share(told[most][0], n)} of the texts sound {sound}"
    return bars(title, "Judged from the words of each text by itself.", drawn, head="Tone")
