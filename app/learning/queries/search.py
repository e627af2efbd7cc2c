"""Finding courses and lessons by what they say."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core import search
from app.core.db import db
from app.core.search import SearchDocument
from app.learning.rules import Passage, snippet

LIMIT = 30


@dataclass(frozen=True, slots=True)
class Hit:
    """A course or lesson that was found, with the passage where. `lesson` is empty for a course."""

    course: str
    lesson: str
    title: str
    passages: list[Passage]


def find_hits(words: str, courses: Iterable[str]) -> list[Hit]:
    """Courses, then lessons, that hold every word, best first, of the given course slugs. Two statements."""
    wanted, hits = set(courses), []
    for kind in ("course", "lesson"):
        statement = search.matching(kind, words).add_columns(SearchDocument.title, SearchDocument.body)
        for ref, _rank, title, body in db.session.execute(statement.order_by("rank").limit(LIMIT)):
            course, _, lesson = ref.partition("/")
            if course in wanted:
                hits.append(Hit(course, lesson, title, snippet(body, words)))
    return hits
