"""Results in the words of the people who read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.charts import number
from app.core.pages import day, plural
from app.core.sentiment import tone_of
from app.voice.queries.released import Participation, Released
from app.voice.queries.results import Comparison
from app.voice.queries.trends import Trend
from app.voice.rules.confidentiality import QUOTES, K, Refusal, Share
from app.voice.rules.questions import OTHER, Asked, Choice
from app.voice.rules.results import Difference, Measure, Near

REFUSALS = {
    Refusal.FEW: (
        "Too few of them answered",
        f"A group is shown once at least {K} of its people answered. Of fewer, those who know each other could guess "
        "who said what, so nothing is shown, not even how many they are.",
    ),
    Refusal.REMAINDER: (
        "Showing this group would give others away",
        f"Taken out of a larger group, it leaves fewer than {K} people. Whoever subtracts it would read what those few "
        "said, so it stays back to protect them.",
    ),
    Refusal.SIBLING: (
        "Showing this group would give a smaller one away",
        "Beside it are groups that are too small to be shown. With this one, what they said could be worked out by "
        "subtracting, so it stays back to protect them.",
    ),
    Refusal.DIFFERENCE: (
        "This group is too close to another one that is shown",
        f"The two have all people but fewer than {K} in common. Whoever compares them would read what those few said.",
    ),
    Refusal.DETERMINED: (
        "With all else that is shown, this group would give people away",
        f"By adding and subtracting figures, what fewer than {K} people said could be worked out, so it stays back to "
        "protect them.",
    ),
    Refusal.UNKNOWN: (
        "There is no such group",
        "Answers to this survey are not divided like that. Choose among the groups in the sentence above.",
    ),
}
SHORT = {
    Refusal.FEW: "too few answered",
    Refusal.REMAINDER: "too few are left of a larger group without it",
    Refusal.SIBLING: "it would give a smaller group away",
    Refusal.DIFFERENCE: "too close to another group that is shown",
    Refusal.DETERMINED: "with all else that is shown it would give people away",
    Refusal.UNKNOWN: "there is no such group",
}
WHOLE_REFUSED = (
    "Too few people answered",
    f"Results are shown from {K} answers on. Of fewer, those who know each other could guess who said what, so they "
    "are kept back for good.",
)
THREE = (
    "Two at once at most",
    "Three together describe so few people that they would point at somebody. Set one of the choices back to all.",
)
QUESTION_REFUSED = (
    f"Not shown: fewer than {K} people answered it, or so nearly alike that single answers would be known."
)
NO_QUOTES = (
    "Too few texts to quote any",
    f"What people wrote is quoted from {QUOTES} texts on, so that none can be told by its style alone. "
    "Fewer are kept back for good.",
)
QUOTES_OF_ALL = (
    "Texts are shown of everyone together and never of a group: two lists with a text in common would point at its "
    "writer. Their order means nothing."
)
JUDGED = (
    "The tone is judged by a word list (VADER), which reads English and takes irony at its word. Topics are words and "
    "pairs of words that at least 5 of the texts have."
)
TONES = {"positive": ("good", "Positive"), "neutral": ("neutral", "Neither"), "negative": ("bad", "Negative")}
_PLACES = {"department": "in {}", "location": "at {}", "job_role": "working as {}", "tenure": "with us for: {}"}
_OTHERS = {
    "department": "in smaller departments",
    "location": "at smaller locations",
    "job_role": "in rarer job roles",
    "tenure": "with us for another time",
}


def group(filters: Mapping[str, str]) -> str:
    """Whose answers: "everyone", "people in Support, at Berlin"."""
    if not filters:
        return "everyone"
    parts = [_OTHERS[name] if value == OTHER else _PLACES[name].format(value) for name, value in filters.items()]
    return f"people {', '.join(parts)}"


def value_of(value: str) -> str:
    """A value of a field as tables show it."""
    return "Other" if value == OTHER else value


def head(title: str, part: Participation, state: str) -> str:
    """The title of a wave's results."""
    if state == "open":
        return f"{title} is being answered"
    return f"{plural(part.answers_at_least, 'answer')} to {title}"


def took_part(part: Participation) -> str:
    """How many took part, in a sentence."""
    if part.asked is None:
        return f"Anyone with the link could answer, so there is no response rate; {part.answers_at_least:,} did."
    rate = f" ({part.rate})" if part.rate is not None else ""
    return f"{part.answers_at_least:,} of the {plural(part.asked, 'person', 'people')} who were asked answered{rate}."


def how_far_off(part: Participation) -> str:
    """What follows from how many did not answer, in a sentence; "" where nothing does."""
    if part.margin is None:
        return ""
    if part.asked is None:
        return f"A share may be up to {_points(part.margin)} off by chance alone, 19 times out of 20."
    if part.margin == 0:
        return "Everyone who was asked answered, so shares are those of all of them."
    return (
        f"A share may be up to {_points(part.margin)} off what all {part.asked:,} would have said, 19 times out of 20, "
        "and more if those who kept silent think otherwise."
    )


def _points(share: float) -> str:
    return plural(max(1, round(100 * share)), "point")


def while_open(part: Participation, closes_on: Any) -> str:
    """What is known of an open wave, in a sentence."""
    known = f"at least {part.answers_at_least:,}" if part.answers_at_least else f"fewer than {K}"
    of = f" of {part.asked:,}" if part.asked is not None and part.answers_at_least else ""
    return f"So far {known}{of} answered. Results come once it has closed, after {day(closes_on)}."


def whole(value: float) -> str:
    """Points without decimals."""
    return number(float(round(value)))


def figure(question: Asked, found: Measure | Near) -> str:
    """ "12 (−3 to 27)", "80 or more", "3.8 (3.6 to 4.0)", "about 4"."""
    if isinstance(found, Near):
        return near(question, found)
    told = whole if question.enps else decimal
    return f"{told(found.value)} ({told(found.low)} to {told(found.high)})"


def decimal(value: float) -> str:
    """A mean with its one decimal, ".0" as well."""
    return f"{value:.1f}".replace("-", "\N{MINUS SIGN}")


def near(question: Asked, found: Near) -> str:
    """Where a figure is when nearly all are of one mind."""
    if not question.enps:
        return f"about {number(found.low)}"
    if found.high == 100:
        return f"{whole(found.low)} or more"
    if found.low == -100:
        return f"{whole(found.high)} or less"
    return f"between {whole(found.low)} and {whole(found.high)}"


def finding(question: Asked, found: Measure | Near) -> str:
    """What the answers to a rating come to, as a title."""
    if isinstance(found, Near):
        what = "eNPS" if question.enps else "Mean"
        return f"{what} {near(question, found)}: nearly all are of one mind"
    if question.enps:
        return f"eNPS {whole(found.value)}, and it may well lie between {whole(found.low)} and {whole(found.high)}"
    return (
        f"Mean {decimal(found.value)} on {question.low} to {question.high}, and it may well lie between "
        f"{decimal(found.low)} and {decimal(found.high)}"
    )


def moved(trend: Trend) -> str:
    """How a figure moved against the wave before, with how sure that is."""
    if trend.moved is None:
        return f"How it moved since wave {trend.since} can’t be told: in one of the waves nearly all were of one mind"
    by = _gap(trend.question, trend.moved)
    if by == "":
        return f"As in wave {trend.since}, as far as can be told"
    way = "up" if trend.moved.value > 0 else "down"
    return f"{way.capitalize()} {by} against wave {trend.since}; {doubt(trend.certain)}"


def _gap(question: Asked, found: Difference) -> str:
    """How large a difference is, without its sign; "" when it rounds to nothing."""
    size = abs(found.value)
    if question.enps:
        return plural(round(size), "point") if round(size) else ""
    return decimal(size) if decimal(size) != "0.0" else ""


def doubt(certain: bool) -> str:
    return "that is hardly chance" if certain else "that could well be chance"


def beside(question: Asked, found: Difference | None, certain: bool) -> str:
    """How a group differs from the rest, in a table."""
    if found is None:
        return "can’t be compared"
    by = _gap(question, found)
    if not by:
        return "as the rest"
    return f"{by} {'above' if found.value > 0 else 'below'} the rest; {doubt(certain)}"


def groups_finding(found: Comparison) -> str:
    """Which groups differ, as a title."""
    parts = []
    for way, sign in (("above", 1), ("below", -1)):
        names = [
            value_of(one.value)
            for one in found.groups
            if one.certain and one.beside is not None and sign * one.beside.value > 0
        ]
        if names:
            parts.append(f"{way} the rest: {', '.join(names)}")
    if parts:
        text = "; ".join(parts)
        return f"{found.label}: {text}"
    if not any(one.beside for one in found.groups):
        return f"{found.label}: nothing to compare"
    return f"{found.label}: no group differs from the rest by more than chance explains"


def scale(question: Asked) -> str:
    """ "from 1 (Never) to 5 (Always)"."""
    low, high = (_step(question, value) for value in (question.low, question.high))
    return f"from {low} to {high}"


def _step(question: Asked, value: int) -> str:
    label = question.labels.get(value)
    return f"{value} ({label})" if label else str(value)


def step(question: Asked, value: int) -> str:
    """A rating with its words: "4 (Often)"."""
    return _step(question, value)


def most_named(question: Asked, shares: Sequence[tuple[Choice, Share]]) -> str:
    """The answer that stands out, as a title. `shares` are in the order in which they are drawn."""
    (first, share), others = shares[0], shares[1:]
    if share.banded and share.percent <= 50:
        return "No answer stands out"
    if others and others[0][1] == share:
        return f"“{first.text}” and “{others[0][0].text}” are named most: {share} each"
    many = "Nearly all choose" if share.banded else "Named most is"
    return f"{many} “{first.text}”: {share}"


def first_of(names: Sequence[str]) -> str:
    """What was ranked first, as a title; several where their means are the same."""
    if len(names) == 1:
        return f"First on the whole: “{names[0]}”"
    quoted = [f"“{one}”" for one in names]
    return f"First on the whole, as far as can be told: {', '.join(quoted[:-1])} and {quoted[-1]}"


def answer_words(question: Asked, answer: Any) -> str:
    """One person's answer in a named survey."""
    texts = {one.key: one.text for one in question.options}
    if question.kind == "rating":
        return _step(question, int(answer))
    if question.kind == "matrix":
        rows = {one.key: one.text for one in question.rows}
        return "; ".join(f"{rows.get(row, row)}: {texts.get(value, value)}" for row, value in answer.items())
    if question.kind == "ranking":
        return ", ".join(f"{place}. {texts.get(one, one)}" for place, one in enumerate(answer, start=1))
    if isinstance(answer, list):
        return ", ".join(str(texts.get(one, one)) for one in answer)
    return str(texts.get(answer, answer))


def tone_tag(sentiment: float) -> tuple[str, str]:
    """The tag of a text: kind and word."""
    name = tone_of(sentiment).value
    return TONES[name]


PROMISES = {
    "anonymous": "The promise was: nobody can tell who answered what, and only what everyone together said is shown.",
    "confidential": (
        "The promise was: a group is shown only where that points at nobody. What is shown was decided once, when the "
        "wave closed, the same for everyone who looks."
    ),
    "named": "Everyone who answered was told that their name stands beside their answers, and agreed.",
}
HOW_JUDGED_OVER_TIME = (
    "Waves are compared as if other people had answered each time, since nobody knows who did. All questions are "
    "judged together, so that of the moves called hardly chance no more than one in twenty is one."
)
HOW_JUDGED_GROUPS = (
    "Each group is compared with everyone who is not in it. All groups are judged together, so that of the differences "
    "called hardly chance no more than one in twenty is one."
)
HOW_TO_READ = (
    "The numbers behind a figure, such as “3.8 (3.6 to 4.0)”, are its 95% interval: the true figure of people like "
    "these may well be anywhere within it.",
    "“90 % or more” stands for everyone and nearly everyone alike, and “10 % or less” for nobody and nearly nobody. If "
    "exact shares were shown there, everyone could tell what each single person said.",
    "eNPS is the share of promoters (9 or 10) less that of detractors (0 to 6), in points from −100 to 100. Its "
    "interval is the adjusted Wald interval (Rocks 2016), that of a mean Student’s, and that of a share Wilson’s.",
    "Questions that few answered, or nearly all alike, may be missing: with the figures of other groups they would "
    "tell what single people said.",
)
NOBODY = "Nobody answered this one."
TOO_FEW_TO_DRAW = "One person answered: there is nothing to add up."
_LEADS = {
    "text": "What people wrote, in their own words, with what many of them write about.",
    "rating": "How people answered this question, which groups differ, and whether it moved.",
}


def counted(answers: int, state: str) -> str:
    """How many answers a wave has, in a table."""
    if state != "open":
        return f"{answers:,}"
    return f"at least {answers:,}" if answers else f"fewer than {K}"


def lead(question: Asked) -> str:
    """What the page of a question is for, in a sentence."""
    return _LEADS.get(question.kind, "How people answered this question.")


def whose(shown: Released) -> str:
    """The heading above the figures: whose they are, and how many they are."""
    people = plural(shown.n or 0, "person", "people")
    return f"What {group(shown.filters)} said ({people})" if shown.filters else f"What they said ({people})"


def answered(question: Asked, shown: Released) -> str:
    """How many answered a question, in a sentence; "" where that is not shown."""
    n, of = shown.answered(question.key), shown.n or 0
    if not n:
        return ""
    verb = "wrote something" if question.kind == "text" else "answered"
    return f"{n:,} of {of:,} {verb}." if n < of else f"All {of:,} {verb}."
