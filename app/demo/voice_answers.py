"""What one person of Larkspur answers. Pure; what is true of all of them is in voice_truth.py."""

import random
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from app.demo import voice_truth as truth
from app.demo.company import Employee
from app.demo.voice_truth import WaveTruth

OFTEN = ("never", "seldom", "mostly", "always")
Answers = dict[str, Any]


class Writer:
    """Answers for one wave: nobody in it writes what another one wrote while there are other sentences left."""

    def __init__(self, options: Mapping[str, str], rng: random.Random) -> None:
        """`options` are the keys that the wave has for the processes, by name."""
        self.rng = rng
        self._options = options
        self._names = {key: name for name, key in options.items()}
        self._decks: dict[str, list[str]] = {}

    def health(self, wave: WaveTruth, person: Employee) -> Answers:
        """Answers to the survey on the programme."""
        rng = self.rng
        low = truth.LOW if person.department == truth.LOW_DEPARTMENT else 0.0
        mood = rng.gauss(0, truth.MOOD) + low
        recommends = rng.gauss(wave.recommends + 1.5 * mood, truth.RECOMMENDS_SPREAD)
        found: Answers = {"recommends": min(10, max(0, round(recommends)))}
        found["sees-feedback"] = self._one(truth.SEES_FEEDBACK)
        found |= {key: self._rating(mean + mood) for key, mean in wave.ratings.items()}
        if found["fair"] <= 2:
            self._write(found, "unfair-how", ("unfair",), wave.writes["unfair-how"])
        means = {row: round(rng.gauss(mean + 0.6 * mood, 0.7)) for row, mean in truth.MEANS.items()}
        found["means"] = {row: OFTEN[min(3, max(0, place))] for row, place in means.items()}
        named = self._processes(person)
        if named:
            found["processes"] = named
        if rng.random() < 0.85:
            ranks = {key: rng.gauss(-ahead, 1) for key, ahead in truth.HELPS.items()}
            found["helps-most"] = sorted(ranks, key=lambda key: ranks[key])
        self._write(found, "helped", ("helped",), wave.writes["helped"])
        self._write(found, "change", self._headings(named), wave.writes["change"])
        return found

    def pulse(self, person: Employee) -> Answers:
        """Answers to the blocker pulse."""
        mood = self.rng.gauss(0, truth.MOOD) + (truth.LOW if person.department == truth.LOW_DEPARTMENT else 0.0)
        found: Answers = {"can-help": self._rating(truth.CAN_HELP + mood)}
        named = self._processes(person)
        if named:
            found["processes"] = named
        found["how-often"] = self._one(truth.HOW_OFTEN)
        if found["how-often"] != "never":
            effects = [key for key, share in truth.EFFECTS.items() if self.rng.random() < share]
            if effects:
                found["effect"] = effects[:2]
        self._write(found, "what-happens", self._headings(named), truth.PULSE_WRITES)
        found["comes-of-it"] = self._rating(truth.WORKS_OUT + mood)
        return found

    def minutes(self) -> str:
        """How long it took, roughly."""
        return self._one(truth.MINUTES)

    def _one(self, shares: Mapping[str, float]) -> str:
        return self.rng.choices(list(shares), list(shares.values()))[0]

    def _rating(self, mean: float) -> int:
        return min(5, max(1, round(self.rng.gauss(mean, truth.SPREAD))))

    def _processes(self, person: Employee) -> list[str]:
        """Keys of the processes that block this person, the worst first."""
        found = [one.name for one in truth.PROCESSES if self.rng.random() < _blocks(one, person)]
        self.rng.shuffle(found)
        found.sort(key=lambda name: name != truth.WORST)
        return [self._options[name] for name in found[: truth.MOST_NAMED] if name in self._options]

    def _headings(self, named: Iterable[str]) -> tuple[str, ...]:
        """Most write of the worst of the processes, some of another matter."""
        about = [f"change {self._names[key]}" for key in named]
        return (self.rng.choice([*about[:1], *about]) if about and self.rng.random() < 0.8 else "change", "change")

    def _write(self, found: Answers, key: str, headings: tuple[str, ...], share: float) -> None:
        """Under the first of the headings that has a sentence left which nobody wrote yet."""
        if self.rng.random() >= share:
            return
        fresh = next((heading for heading in headings if self._deck(heading)), headings[0])
        if not self._deck(fresh):
            del self._decks[fresh]
        text = self._deck(fresh).pop()
        if self.rng.random() < truth.TALKATIVE:
            text += " " + self.rng.choice(sentences()["also"])
        found[key] = text

    def _deck(self, heading: str) -> list[str]:
        if heading not in self._decks:
            deck = list(sentences()[heading])
            self.rng.shuffle(deck)
            self._decks[heading] = deck
        return self._decks[heading]


def _blocks(process: truth.ProcessTruth, person: Employee) -> float:
    return process.blocks * (truth.OWN_PROCESSES if process.silo == person.department else 1.0)


@cache
def sentences() -> dict[str, tuple[str, ...]]:
    """Sentences by heading."""
    text = Path(__file__).with_name("voice_sentences.txt").read_text(encoding="utf-8")
    parts = re.split(r"^\[(.+)\]$", text, flags=re.MULTILINE)[1:]
    return {
        heading: tuple(line for line in lines.splitlines() if line)
        for heading, lines in zip(parts[::2], parts[1::2], strict=True)
    }
