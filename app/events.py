"""The notice board: every fact that crosses slices, in the past tense, carrying ids only."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PeopleChanged:
    """These people were added, or their department, supervisor, role or activity changed.

    An empty tuple means "many: look at everyone" (a roster import).
    """

    person_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ResponsesRecorded:
    """Customers' responses were added or corrected.

    An empty tuple means "many: look at everything" (an import).
    """

    response_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class LessonCompleted:
    """A person marked a lesson as read for the first time."""

    person_id: int
    course_id: int
    lesson_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CourseCompleted:
    """All lessons of a course are read and every quiz it needs is passed."""

    person_id: int
    course_id: int
    course_slug: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """A person opened an attempt at a quiz or exam."""

    person_id: int
    attempt_id: int
    quiz_slug: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptSubmitted:
    """An attempt was handed in and graded, whatever its result."""

    person_id: int
    attempt_id: int
    quiz_slug: str
    passed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class QuizPassed:
    """A submitted attempt reached the pass mark."""

    person_id: int
    attempt_id: int
    quiz_slug: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A person fulfilled every requirement of a programme."""

    person_id: int
    certificate_id: int
    programme_slug: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BlockerNamed:
    """A coaching session agreed to have a process blocker fixed: the text is the action's."""

    person_id: int
    action_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SessionAttested:
    """Both sides stand by the record of a coaching session."""

    session_id: int
    person_id: int
    supervisor_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class GapClosed:
    """A person reached a benchmark that they had likely been below."""

    gap_id: int
    person_id: int
    at: datetime
