"""Surveys and their waves, sealed and opened answers, what may be shown of them, and the board of blockers."""

from app.voice.models.answering import (
    Answer,
    AnswerText,
    Participant,
    Reached,
    Release,
    SealedAnswer,
    SpentTicket,
    Tally,
)
from app.voice.models.asking import MODES, Process, Reminder, Survey, SurveyQuestion, Wave
from app.voice.models.blockers import (
    STATES,
    Attachment,
    Blocker,
    BlockerChange,
    BlockerComment,
    BlockerLink,
    DriverWeight,
    Follower,
    Merge,
    Vote,
)

__all__ = [
    "MODES",
    "STATES",
    "Answer",
    "AnswerText",
    "Attachment",
    "Blocker",
    "BlockerChange",
    "BlockerComment",
    "BlockerLink",
    "DriverWeight",
    "Follower",
    "Merge",
    "Participant",
    "Process",
    "Reached",
    "Release",
    "Reminder",
    "SealedAnswer",
    "SpentTicket",
    "Survey",
    "SurveyQuestion",
    "Tally",
    "Vote",
    "Wave",
]
