"""Attempts as people of differing ability would hand them in, drawn and graded by the real rules."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.demo.curriculum import QuestionItem, QuizItem
from app.quizzing import rules
from app.quizzing.types import type_named

# So many papers of a quiz, and answered ones for each ability and result, are kept and handed out again: a company of
# 100,000 costs no more drawing and grading than one of some thousands.
PAPERS_A_QUIZ = 200
ANSWERED_A_KIND = 100
HARDER = {"easy": -0.9, "medium": 0.0, "hard": 0.8}
TRIES = 40
SEEDS = 2**31 - 1


@dataclass(frozen=True)
class Paper:
    """The questions of one attempt in their order, with the order of each one's options."""

    seed: int
    questions: tuple[tuple[QuestionItem, list[int]], ...]


@dataclass(frozen=True)
class Answered:
    """A paper with a response and a mark for every question."""

    paper: Paper
    responses: list[dict[str, Any] | None]
    marks: list[int]

    @property
    def mark(self) -> int:
        return sum(self.marks)

    @property
    def max_mark(self) -> int:
        return rules.POINT * len(self.marks)


@dataclass
class Examiner:
    """Draws papers of one quiz, has them answered and grades them."""

    quiz: QuizItem
    rng: random.Random
    papers: list[Paper] = field(default_factory=list)
    kept: dict[tuple[int, bool], list[Answered]] = field(default_factory=dict)
    _graded: dict[tuple[int, tuple[int, ...]], int] = field(default_factory=dict)

    def draw(self) -> Paper:
        if len(self.papers) < PAPERS_A_QUIZ:
            self.papers.append(self._draw(self.rng.randrange(SEEDS)))
            return self.papers[-1]
        return self.rng.choice(self.papers)

    def _draw(self, seed: int) -> Paper:
        """The very paper that an attempt with this seed gets."""
        rng = random.Random(seed)  # noqa: S311 - an attempt's stored seed shuffles, it keeps no secret
        by_id = {question.version_id: question for question in self.quiz.questions}
        candidates = [rules.Candidate(question.version_id, question.tag) for question in self.quiz.questions]
        drawn = [by_id[i] for i in rules.draw(candidates, self.quiz.blueprint, rng)]
        return Paper(seed, tuple((question, type_named(question.type).order(question.body, rng)) for question in drawn))

    def answer(self, ability: float, passed: bool) -> Answered:
        """A paper answered so that it passes, or does not, by someone of about this ability."""
        kept = self.kept.setdefault((round(ability * 2), passed), [])
        if len(kept) < ANSWERED_A_KIND:
            kept.append(self._answer(ability, passed))
            return kept[-1]
        return self.rng.choice(kept)

    def _answer(self, ability: float, passed: bool) -> Answered:
        paper = self.draw()
        for _ in range(TRIES):
            responses = [self._respond(question, ability) for question, _ in paper.questions]
            marks = [self._grade(q, r) for (q, _), r in zip(paper.questions, responses, strict=True)]
            answered = Answered(paper, responses, marks)
            if rules.passed(answered.mark, answered.max_mark, self.quiz.pass_mark) == passed:
                return answered
            ability += 0.35 if passed else -0.35
        raise RuntimeError(f"no answers to {self.quiz.slug} have the wanted result")

    def _respond(self, question: QuestionItem, ability: float) -> dict[str, Any] | None:
        knows = 1 / (1 + math.exp(HARDER.get(question.difficulty, 0.0) - 1.3 - ability))
        right = list(question.solution.get("right", ()))
        if self.rng.random() < knows:
            return {"chosen": right} if right else None
        return {"chosen": self._mistake(right, len(question.body["options"]))} if right else None

    def _mistake(self, right: Sequence[int], options: int) -> list[int]:
        """One wrong option for a right one; or, where several are right, sometimes one of them left out."""
        wrong = [i for i in range(options) if i not in right]
        kept = list(right)
        kept.remove(self.rng.choice(right))
        if not kept or self.rng.random() < 0.5:
            kept.append(self.rng.choice(wrong))
        return sorted(kept)

    def _grade(self, question: QuestionItem, response: dict[str, Any] | None) -> int:
        key = (question.version_id, tuple(response["chosen"]) if response else ())
        if key not in self._graded:
            grade = type_named(question.type).grade(question.solution, response, rules.POINT)
            self._graded[key] = grade
        return self._graded[key]
