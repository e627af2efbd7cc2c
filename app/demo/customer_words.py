"""What a customer writes about an occasion, put together from the sentences of customer_sentences.txt. Pure."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.demo.truth import DRIVERS

MOST_WORDS = 40
MATTER_OF_FACT = 0.65  # of sentences that say what happened and leave the judgement to the reader
GOOD, SO_SO, BAD = "good", "so-so", "bad"
TONES = {"promoter": GOOD, "passive": SO_SO, "detractor": BAD}
WAYS = {"Phone": "phone", "Chat": "written", "E-mail": "written", "Web form": "written", "In person": "person"}
# How comments are built, by tone, with how often: each word names one sentence.
PATTERNS = {
    GOOD: {
        "short": 18,
        "driver": 24,
        "driver end": 14,
        "driver driver": 10,
        "story": 9,
        "story driver": 5,
        "product": 4,
        "product driver": 4,
        "company": 5,
        "driver wish": 7,
    },
    SO_SO: {
        "short": 20,
        "driver": 24,
        "driver driver": 6,
        "praise driver": 26,
        "driver end": 12,
        "story": 6,
        "praise story": 3,
        "company": 5,
    },
    BAD: {
        "short": 9,
        "driver": 27,
        "driver end": 25,
        "driver driver": 14,
        "story driver": 8,
        "story end": 9,
        "product driver": 4,
        "company": 4,
    },
}
# Gaps that are filled the same way all through a comment, and those that are filled anew each time.
FILLINGS = {
    "wait": "20 minutes, half an hour, 45 minutes, over an hour, nearly 40 minutes, 25 minutes, an hour, ages",
    "short": "two minutes, a minute, five minutes, three minutes, less than five minutes, ten minutes",
    "daytime": "morning, afternoon, evening",
    "days": "three days, four days, a week, ten days, five days, two days",
    "weeks": "three weeks, six weeks, a month, two months, four weeks",
    "times": "twice, three times, four times, five times",
    "years": "six years, over ten years, eight years, four years, fifteen years",
    "weeks_de": "zwei Wochen, drei Wochen, einem Monat",
}
VARIED = {
    "great": "great, excellent, brilliant, wonderful, perfect, lovely, fantastic, very good, really good, superb",
    "awful": "awful, terrible, dreadful, horrible, very poor, bad, really bad, poor, just bad",
    "annoying": "annoying, frustrating, so annoying, really annoying, very frustrating, disappointing, unacceptable",
    "thanks": "thank you, thanks, many thanks, thank you so much, thanks a lot",
}
_SPOKEN = "the woman on the phone, the man on the phone, the person who took my call, your agent, the one I spoke to"
_SHOP = "the assistant, the young woman in the shop, the man at the counter, your colleague, the lady at the till"
_WHO = {
    "Phone support": _SPOKEN,
    "Chat support": "the agent, the person in the chat, your colleague",
    "E-mail support": "whoever wrote back, your colleague, the agent",
    "Store visit": _SHOP,
    "Repair": "the technician, the man at the repair desk, your technician",
    "Sales call": "your sales person, the gentleman who called, the lady who called, my contact",
    "Renewal": "the lady who dealt with it, your colleague, my contact",
    "Clinic visit": "the audiologist, the nurse, the doctor's assistant, the young audiologist",
    "Appointment booking": "the receptionist, the lady at the desk",
    "Billing question": "your colleague in billing, the woman in billing, the clerk",
}
_ANYBODY = "your colleague, your staff, the person I dealt with"
_PRODUCTS = {"Hearing aids": "hearing aids", "Headphones": "headphones", "Home audio": "speakers"}
_GAP = re.compile(r"\{(\w+)\}")
_JUDGED = re.compile(r", \{(?:great|awful|annoying)\}(?=\.)|(?<=[.?]) \{(?:great|awful|annoying)\}\.")
_BEGINNING = re.compile(r"(?:^|[.!?] )[a-z]")


@dataclass(frozen=True)
class Occasion:
    """What a comment is about. `ratings` by the driver's key; `special` is a subject that the comment must have."""

    band: str
    ratings: Mapping[str, int]
    channel: str = ""
    touchpoint: str = ""
    product: str = ""
    language: str = ""
    special: str = ""
    faster: bool = False  # than it used to be


def write(occasion: Occasion, rng: random.Random) -> str:
    """A comment of at most MOST_WORDS words, in the occasion's language and tone."""
    tone = TONES[occasion.band]
    if occasion.language:
        text = _pick(tone, [occasion.language], rng)
        return _filled(text, occasion, rng)
    pattern = rng.choices(list(PATTERNS[tone]), list(PATTERNS[tone].values()))[0].split()
    if occasion.special:
        pattern = ["special"] + (["end"] if tone != GOOD and rng.random() < 0.3 else [])
    sentences: list[str] = []
    for part in pattern:
        sentence = _sentence(part, tone, occasion, rng)
        if rng.random() < MATTER_OF_FACT:
            sentence = _JUDGED.sub("", sentence)
        if sentence and sentence not in sentences:
            sentences.append(sentence)
    text = _filled(" ".join(sentences), occasion, rng)
    while len(text.split()) > MOST_WORDS:
        sentences.pop()
        text = _filled(" ".join(sentences), occasion, rng)
    return _typed(text, rng)


def _sentence(part: str, tone: str, occasion: Occasion, rng: random.Random) -> str:
    if part == "driver":
        return _about_driver(tone, occasion, rng)
    if part == "praise":
        return _about_driver(GOOD, occasion, rng)
    if part == "wish":
        return _about_driver(SO_SO, occasion, rng) if min(occasion.ratings.values()) < 4 else ""
    subject = {"story": f"story {occasion.touchpoint}", "product": f"product {occasion.product}"}.get(part, part)
    if part == "special":
        subject = occasion.special
    # Nothing to tell of this occasion: then of what was rated.
    return _pick(tone, [subject], rng) or _about_driver(tone, occasion, rng)


def _about_driver(tone: str, occasion: Occasion, rng: random.Random) -> str:
    """A sentence about what was rated well (in a good tone) or badly; of the company when nothing was."""
    sign = 1 if tone == GOOD else -1
    weights = {d.key: 1.0 + 2.0 * d.weight for d in DRIVERS}
    fitting = {k: weights[k] * max(0, sign * (r - 3) + (tone == SO_SO)) ** 1.5 for k, r in occasion.ratings.items()}
    if sum(fitting.values()) == 0:
        return _pick(tone, ["company"], rng)
    driver = rng.choices(list(fitting), list(fitting.values()))[0]
    way = WAYS.get(occasion.channel, "")
    subjects = [driver, f"{driver} {way}"]
    if driver == "reached" and occasion.faster and rng.random() < 0.35:
        subjects = [f"faster {way}"]
    return _pick(tone, subjects, rng) or _pick(tone, [driver], rng)


def _pick(tone: str, subjects: list[str], rng: random.Random) -> str:
    sentences = [s for subject in subjects for s in _sentences().get(f"{tone} {subject}", ())]
    return rng.choice(sentences) if sentences else ""


def _filled(text: str, occasion: Occasion, rng: random.Random) -> str:
    """The text with its gaps filled and a capital at the beginning of each sentence."""
    filled = {"product": _PRODUCTS.get(occasion.product, "products")}

    def fill(gap: re.Match[str]) -> str:
        name = gap[1]
        if name in VARIED:
            return rng.choice(_choices(VARIED[name]))
        if name not in filled:
            filled[name] = rng.choice(_choices(FILLINGS.get(name) or _WHO.get(occasion.touchpoint, _ANYBODY)))
        return filled[name]

    return _BEGINNING.sub(lambda beginning: beginning[0].upper(), _GAP.sub(fill, text)) if "{" in text else text


@cache
def _choices(text: str) -> list[str]:
    return text.split(", ")


def _typed(text: str, rng: random.Random) -> str:
    """As people type: some without capitals and full stops, some in a hurry."""
    chance = rng.random()
    if chance < 0.09:
        return text.lower().removesuffix(".").replace("’", "'")
    if chance < 0.12:
        return text.removesuffix(".") + " ..."
    return text.removesuffix(".") if chance < 0.22 else text


@cache
def _sentences() -> dict[str, tuple[str, ...]]:
    """Sentences by heading."""
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("customer_sentences.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(heading, []).append(line)
    return {heading: tuple(lines) for heading, lines in found.items()}
