"""What numbers of coaching mean, in the words of the people who talk about them."""

from app.coaching.queries.standing import Line
from app.coaching.rules.gaps import Judgement
from app.core.charts import number
from app.core.measures import Measure
from app.core.pages import day, plural

KINDS = {
    "practice": "Practise a behaviour",
    "module": "Take a module",
    "shadow": "Shadow someone",
    "blocker": "Fix a process blocker",
}
CHANNELS = {"call": "Call", "chat": "Chat", "mail": "E-mail", "visit": "Visit", "other": "Something else"}
TAGS = {
    Judgement.GAP: ("watch", "Likely below"),
    Judgement.DOUBT: ("neutral", "Could go either way"),
    Judgement.REACHED: ("good", "At the benchmark"),
    Judgement.FEW: ("neutral", "Too early to say"),
    Judgement.NOTHING: ("neutral", "Nothing known yet"),
    Judgement.UNCALIBRATED: ("neutral", "Not judged"),
}
_ONE = {"levels": "level", "points": "point"}


def amount(value: float, measure: Measure) -> str:
    """ "3.2 levels", "31 points", "80%"."""
    text = number(round(value, measure.decimals) if measure.decimals else round(value))
    if measure.unit == "%":
        return f"{text}%"
    return f"{text} {_ONE.get(measure.unit, measure.unit) if text == '1' else measure.unit}"


def asked(line: Line) -> str:
    """What the benchmark asks for: "3.5 levels", "valid"."""
    return target_of(line.measure, line.held.target)


def target_of(measure: Measure, target: float) -> str:
    """A target in words; of a fact its own word where all of it is asked."""
    if not measure.sampled and measure.wanted and target >= measure.high:
        return measure.wanted
    return f"{amount(target, measure)} or more"


def observations(line: Line, count: int) -> str:
    """ "3 observations", "12 responses", "1 action"."""
    if line.measure.key.startswith("behaviour:"):
        return plural(count, "observation")
    if line.measure.key == "nps" or line.measure.key.startswith("driver:"):
        return plural(count, "response")
    if line.measure.key == "follow-through":
        return plural(count, "action")
    return plural(count, "observation")


def found(line: Line) -> str:
    """What is known: "2.6 levels from 5 observations", "Certified until 3 March 2027"."""
    known = line.known
    if known is None or known.value is None:
        return "nothing yet"
    if not line.measure.sampled:
        return f"{known.words} until {day(known.until)}" if known.until else known.words
    return f"{amount(known.value, line.measure)} from {observations(line, known.n)}"


def tag(line: Line) -> tuple[str, str]:
    """The shape and the word of a judgement; a fact is not likely, it is so."""
    if line.is_gap and not line.measure.sampled:
        return ("watch", "Missing")
    if line.gap is not None and line.judgement in {Judgement.DOUBT, Judgement.GAP}:
        return ("watch", "Gap")
    return TAGS[line.judgement]


def reason(line: Line) -> str:
    """Why it is judged so, the same for both sides of a talk."""
    known, judged = line.known, line.judgement
    if judged is Judgement.UNCALIBRATED:
        return "Observers don’t agree enough on this behaviour yet, so it opens no gap until they are calibrated again."
    if judged is Judgement.NOTHING or known is None:
        return "Nothing was observed lately."
    if judged is Judgement.FEW:
        return f"Need {observations(line, known.missing).replace(' ', ' more ', 1)} before anybody judges."
    if not line.measure.sampled:
        return ""
    chance = share_of(known.probability_below(line.held.target))
    pulled = "" if known.estimate is None else _pulled(line)
    return f"{chance} likely to be below the benchmark{pulled}."


def share_of(probability: float) -> str:
    """A probability in whole percent that never claims to be certain."""
    return f"{min(99, max(1, round(100 * probability)))}%"


def _pulled(line: Line) -> str:
    known = line.known
    assert known is not None and known.estimate is not None  # noqa: S101, PT018 - asked by `reason`
    return f": with so few, the best estimate is {amount(known.estimate, line.measure)}" if known.n < 10 else ""
