"""What a calibration found, in words."""

from collections.abc import Sequence
from typing import Any

from app.coaching.rules.agreement import Severity, band
from app.core.charts import Benchmark as Line
from app.core.charts import Chart, Estimate, dots, number, share
from app.core.pages import plural

HARDLY_DIFFER = 0.8  # share of equal ratings from which a low ICC says more of the interactions than of the raters


def severity_words(found: Severity | None) -> str:
    """ "0.4 levels stricter than the average of all raters; more than chance"."""
    if found is None:
        return ""
    size = round(abs(found.difference), 1)
    if not size:
        way = "As strict as the average of all raters, to a tenth of a level"
    else:
        way = f"{number(size)} {'level' if size == 1 else 'levels'} {_way(found)} than the average of all raters"
    if found.low is None:
        return f"{way}; one interaction is too few to say whether that is chance"
    if found.certain:
        return f"{way}; more than chance"
    return f"{way}; that could well be chance" if size else way


def _way(found: Severity) -> str:
    return "stricter" if found.difference < 0 else "milder"


def severity_range(found: Severity | None) -> str:
    """The interval of the difference: "between 0.8 stricter and 0.1 milder"."""
    if found is None or found.low is None or found.high is None:
        return ""
    return f"between {_end(found.low)} and {_end(found.high)}"


def _end(value: float) -> str:
    size = round(abs(value), 1)
    return f"{number(size)} {'stricter' if value < 0 else 'milder'}" if size else "no difference"


def figure(value: float | None, low: float | None, high: float | None) -> str:
    """ "0.46 (0.02 to 0.80)"; "not known"."""
    if value is None:
        return "not known"
    around = "" if low is None or high is None else f" ({_decimal(low)} to {_decimal(high)})"
    return _decimal(value) + around


def _decimal(value: float) -> str:
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "\N{MINUS SIGN}")


def raw_figure(row: Any) -> str:
    """ "67% (30% to 90%)"."""
    if row.raw is None:
        return "not known"
    return f"{share(row.raw, 1)} ({share(row.raw_low, 1)} to {share(row.raw_high, 1)})"


def band_of(row: Any) -> str:
    """Koo & Li's word for the lower end of the interval."""
    return band(row.icc_low) or "can’t be told"


def state_of(row: Any) -> tuple[str, str]:
    """Kind and words of the tag that says whether the floor is reached."""
    if row.reached is None:
        return "neutral", "Can’t be told"
    return ("good", "Floor reached") if row.reached else ("bad", "Below the floor")


def meaning(row: Any, blocked: set[int]) -> str:
    """What follows for the behaviour, in sentences."""
    if row.reached is None:
        return f"{_why_unknown(row)} Nothing changes: the behaviour may open gaps as it could before."
    if row.reached:
        return "This behaviour may open gaps."
    why = ""
    if row.raw is not None and row.raw >= HARDLY_DIFFER:
        why = "Raters mostly gave the same level, but the interactions hardly differ. Choose ones that differ more. "
    if row.behaviour_id not in blocked:
        return f"{why}A newer calibration reached its floor, so this behaviour may open gaps again."
    return f"{why}This behaviour opens no gaps until a new calibration reaches its floor."


def _why_unknown(row: Any) -> str:
    if row.raters < 2:
        return "Fewer than two raters handed in."
    if row.items < 2:
        return "One interaction is too few to tell."
    return "Every interaction got the same level, so agreement can’t be told from chance."


def missing_words(positions: Sequence[int]) -> str:
    """What is to do before handing in, for one interaction or more."""
    *first, last = map(str, positions)
    where = f"interactions {', '.join(first)} and {last}" if first else f"interaction {last}"
    return f"Levels are still missing on {where}. Choose them, then hand in. What you chose so far is saved."


def based_on(rows: Sequence[Any]) -> str:
    """How much the figures stand on."""
    return f"{plural(rows[0].raters, 'rater')}, {plural(rows[0].items, 'interaction')}"


def picture(rows: Sequence[Any], floor: float) -> Chart | None:
    """The ICC of each behaviour with its interval, and the floor; None where nothing could be told."""
    told = [row for row in rows if row.reached is not None]
    if not told:
        return None
    reached = sum(row.reached for row in told)
    title = f"{reached} of {plural(len(told), 'behaviour')} {'reaches' if reached == 1 else 'reach'} the floor"
    if len(told) == 1:
        title = f"Raters agree {'enough' if reached else 'too little'} on {told[0].name}"
    return dots(
        title,
        "ICC in percent, with the range it is known within. At 100% raters differ in nothing; at 0% and below they "
        "differ on one interaction as much as interactions do.",
        [_estimate(row) for row in rows],
        unit="%",
        span=(0, 100),
        benchmark=Line("Floor", 100 * floor),
        head="Behaviour",
    )


def _estimate(row: Any) -> Estimate:
    if row.icc is None:
        return Estimate(row.name, None, text="can’t be told")
    low, high = (None if end is None else round(100 * end) for end in (row.icc_low, row.icc_high))
    return Estimate(row.name, round(100 * row.icc), low, high)
