"""Who was asked, and what was answered: two worlds that share a wave and nothing else.

No column here tells a time, no id counts upwards, and the tables are kept in the order of their random keys. While a
wave is open an answer is sealed: nobody who holds the database alone can read it. When the wave closes all of them are
opened at once, counted, shuffled and written anew.
"""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base

_CLUSTERED = {"sqlite_with_rowid": False}  # rows lie in the order of their keys: nothing tells which came first


class Participant(Base):
    """A person who is asked, and whether a ticket was given out. What it was used for is known nowhere.

    `begun` recognizes the form by which it was given out, so that the same form sent again gets the same ticket. It is
    made of the form's random number with a key of its own; that number is kept nowhere, so not even with the secret key
    does anything lead from here to a ticket. It is emptied when the wave closes.
    """

    __tablename__ = "voice_participant"
    __table_args__ = (Index("ix_voice_participant_person_id", "person_id", "took_part"), _CLUSTERED)

    wave_id: Mapped[int] = mapped_column(ForeignKey("voice_wave.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    took_part: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    begun: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)


class SpentTicket(Base):
    """The digest of a ticket that was used: it opens nothing a second time. Whose it was, it can't tell."""

    __tablename__ = "voice_spent_ticket"
    __table_args__ = (_CLUSTERED,)

    wave_id: Mapped[int] = mapped_column(ForeignKey("voice_wave.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class SealedAnswer(Base):
    """One person's answers, encrypted and padded, until the wave closes."""

    __tablename__ = "voice_sealed_answer"
    __table_args__ = (Index("ix_voice_sealed_answer_wave_id", "wave_id"), _CLUSTERED)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("voice_wave.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Answer(Base):
    """One person's answers to a closed wave, without texts and without segments. Only a named survey has a person."""

    __tablename__ = "voice_answer"
    __table_args__ = (
        Index("ix_voice_answer_wave_id", "wave_id"),
        Index("ix_voice_answer_person_id", "person_id"),
        _CLUSTERED,
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("voice_wave.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)  # question's key: answer, see rules.questions
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)


class AnswerText(Base):
    """One free text, apart from everything else its writer answered."""

    __tablename__ = "voice_answer_text"
    __table_args__ = (
        Index("ix_voice_answer_text_wave_id", "wave_id", "question_key"),
        Index("ix_voice_answer_text_person_id", "person_id"),
        _CLUSTERED,
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("voice_wave.id"))
    question_key: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    sentiment: Mapped[float] = mapped_column(Float)  # VADER's compound
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)


class Release(Base):
    """The ledger: whether the figures of a group may be shown. Decided once, when the wave closes, for everybody.

    `key` names the group: "" is everyone, "department=Support" one part, "department=Support|location=Berlin" a part
    of a part (fields in alphabetical order). A group without a row is not shown.
    """

    __tablename__ = "voice_release"
    __table_args__ = (
        CheckConstraint("shown = (reason = '')", name="refused_has_reason"),
        CheckConstraint("shown = (n IS NOT NULL)", name="refused_has_no_size"),
        _CLUSTERED,
    )

    wave_id: Mapped[int] = mapped_column(ForeignKey("voice_wave.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    shown: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(20), default="")  # see rules.confidentiality.Refusal
    n: Mapped[int | None] = mapped_column(default=None)  # people in it; None when it is refused


class Tally(Base):
    """How many people of a released group gave an answer: all that pages, charts and exports ever read.

    `value` is what rules.questions.tally_values says; "" counts those who answered the question at all.
    """

    __tablename__ = "voice_tally"
    __table_args__ = (CheckConstraint("n > 0", name="counted"), _CLUSTERED)

    wave_id: Mapped[int] = mapped_column(ForeignKey("voice_wave.id"), primary_key=True)
    release_key: Mapped[str] = mapped_column(String(400), primary_key=True)
    question_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(160), primary_key=True)
    n: Mapped[int]


class Reached(Base):
    """How many devices got as far as a question, for the drop-off: a count, and nothing of whom."""

    __tablename__ = "voice_reached"
    __table_args__ = (CheckConstraint("n > 0", name="counted"),)

    wave_id: Mapped[int] = mapped_column(ForeignKey("voice_wave.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)  # 0: the page was opened
    n: Mapped[int]
