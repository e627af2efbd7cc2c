"""The board of process blockers."""

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base

LARGEST_ID = 999_999_999
STATES = ("new", "understood", "planned", "in_progress", "fixed", "wont_fix")
_STANDING = text("undone_at IS NULL")


def random_id() -> int:
    """A number that tells neither when a blocker was reported nor after which other one, and is not used twice."""
    return secrets.randbelow(LARGEST_ID) + 1


class Blocker(Base):
    """A process that keeps people from doing right by customers, as someone who meets it tells it.

    An anonymous one has no reporter, a day instead of a time, and the digest of the code its writer comes back by.
    """

    __tablename__ = "voice_blocker"
    __table_args__ = (
        UniqueConstraint("token"),
        UniqueConstraint("code_digest"),
        CheckConstraint(
            "state in ('draft', 'new', 'understood', 'planned', 'in_progress', 'fixed', 'wont_fix')",
            name="state_known",
        ),
        CheckConstraint("frequency in ('daily', 'weekly', 'monthly', 'rarely')", name="frequency_known"),
        CheckConstraint("reporter_id IS NULL OR code_digest IS NULL", name="named_has_no_code"),
        CheckConstraint("state <> 'draft' OR reporter_id IS NOT NULL", name="draft_has_person"),
        CheckConstraint(
            "state not in ('understood', 'planned', 'in_progress', 'fixed', 'wont_fix') OR owner_id IS NOT NULL",
            name="taken_up_has_owner",
        ),
        CheckConstraint("state <> 'wont_fix' OR reason <> ''", name="wont_fix_has_reason"),
        CheckConstraint("state <> 'fixed' OR we_did <> ''", name="fixed_says_what_was_done"),
        CheckConstraint("(state = 'fixed') = (fixed_on IS NOT NULL)", name="fixed_has_day"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        CheckConstraint("votes >= 0", name="votes_not_negative"),
        Index("ix_voice_blocker_state", "state", "merged_into_id"),
        Index("ix_voice_blocker_process_id", "process_id"),
        Index("ix_voice_blocker_driver_id", "driver_id"),
        Index("ix_voice_blocker_reporter_id", "reporter_id"),
        Index("ix_voice_blocker_owner_id", "owner_id", "state"),
        Index("ix_voice_blocker_merged_into_id", "merged_into_id"),
        Index("ix_voice_blocker_split_from_id", "split_from_id"),
    )

    id: Mapped[int] = mapped_column(init=False, insert_default=random_id, primary_key=True)
    token: Mapped[str] = mapped_column(String(40))  # of the form that reported it: sent twice, it is one blocker
    title: Mapped[str] = mapped_column(String(160))
    process_id: Mapped[int | None] = mapped_column(ForeignKey("voice_process.id"), default=None)
    happens: Mapped[str] = mapped_column(Text, default="")
    frequency: Mapped[str] = mapped_column(String(10), default="weekly")
    effect: Mapped[str] = mapped_column(Text, default="")  # what it does to customers
    idea: Mapped[str] = mapped_column(Text, default="")
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("nps_driver.id"), default=None)  # that it touches
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    code_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    reported_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default="new")
    state_on: Mapped[date]  # the day of its last change of state
    answered_on: Mapped[date | None] = mapped_column(default=None)  # the first word from the owner or a champion
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    silo: Mapped[str] = mapped_column(String(120), default="")  # the part of the company that can fix it
    target_on: Mapped[date | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(Text, default="")  # why it won’t be fixed
    we_did: Mapped[str] = mapped_column(Text, default="")  # what was done, for everyone to read
    fixed_on: Mapped[date | None] = mapped_column(default=None)
    votes: Mapped[int] = mapped_column(default=0)  # rows of voice_vote, kept with each vote
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("voice_blocker.id"), default=None)
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("voice_blocker.id"), default=None)
    revision: Mapped[int] = mapped_column(default=0)  # rises with each change, so that two windows don't overwrite


class Vote(Base):
    """That one person meets this blocker, too. The digest can't be traced to the person without the server’s key."""

    __tablename__ = "voice_vote"
    __table_args__ = (Index("ix_voice_vote_merge_id", "merge_id"), {"sqlite_with_rowid": False})

    blocker_id: Mapped[int] = mapped_column(ForeignKey("voice_blocker.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    merge_id: Mapped[int | None] = mapped_column(ForeignKey("voice_merge.id"), default=None)  # that brought it here


class Follower(Base):
    """Someone who wants to hear what becomes of it."""

    __tablename__ = "voice_follower"
    __table_args__ = (Index("ix_voice_follower_person_id", "person_id"), {"sqlite_with_rowid": False})

    blocker_id: Mapped[int] = mapped_column(ForeignKey("voice_blocker.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class BlockerComment(Base):
    """A word about a blocker. Without an author it is from whoever reported it anonymously, by their code."""

    __tablename__ = "voice_blocker_comment"
    __table_args__ = (UniqueConstraint("blocker_id", "token"), Index("ix_voice_blocker_comment_author_id", "author_id"))

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token: Mapped[str] = mapped_column(String(40))
    blocker_id: Mapped[int] = mapped_column(ForeignKey("voice_blocker.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    text: Mapped[str] = mapped_column(Text)
    written_on: Mapped[date]


class Attachment(Base):
    """A picture, drawn anew without what cameras and programs had written into it."""

    __tablename__ = "voice_attachment"
    __table_args__ = (
        CheckConstraint("media_type in ('image/png', 'image/jpeg')", name="media_type_known"),
        Index("ix_voice_attachment_blocker_id", "blocker_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    blocker_id: Mapped[int] = mapped_column(ForeignKey("voice_blocker.id"))
    description: Mapped[str] = mapped_column(String(200))  # what it shows, for those who can't see it
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Merge(Base):
    """That one blocker was taken into another; it can be undone."""

    __tablename__ = "voice_merge"
    __table_args__ = (
        CheckConstraint("source_id <> target_id", name="two_blockers"),
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone_by_someone"),
        Index("uq_voice_merge_standing", "source_id", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING),
        Index("ix_voice_merge_target_id", "target_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("voice_blocker.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("voice_blocker.id"))
    merged_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    merged_at: Mapped[datetime]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class BlockerChange(Base):
    """What a champion or an owner changed, and what they said about it."""

    __tablename__ = "voice_blocker_change"
    __table_args__ = (
        Index("ix_voice_blocker_change_blocker_id", "blocker_id", "id"),
        Index("ix_voice_blocker_change_changed_by_id", "changed_by_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    blocker_id: Mapped[int] = mapped_column(ForeignKey("voice_blocker.id"))
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    changed_at: Mapped[datetime]
    what: Mapped[dict[str, Any]] = mapped_column(JSON)  # field: [before, after] as words, or merge and split
    note: Mapped[str] = mapped_column(Text, default="")


class BlockerLink(Base):
    """Something that a blocker has to do with: a lesson that it contradicts, the coaching action that named it."""

    __tablename__ = "voice_blocker_link"
    __table_args__ = (Index("ix_voice_blocker_link_ref", "kind", "ref"), {"sqlite_with_rowid": False})

    blocker_id: Mapped[int] = mapped_column(ForeignKey("voice_blocker.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)  # a kind of core.references
    ref: Mapped[str] = mapped_column(String(200), primary_key=True)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)


class DriverWeight(Base):
    """How much a customer driver goes with the score, worked out at night: a share of what all of them explain."""

    __tablename__ = "voice_driver_weight"
    __table_args__ = (CheckConstraint("low <= weight AND weight <= high", name="within_its_interval"),)

    driver_id: Mapped[int] = mapped_column(ForeignKey("nps_driver.id"), primary_key=True)
    weight: Mapped[float] = mapped_column(Float)
    low: Mapped[float] = mapped_column(Float)
    high: Mapped[float] = mapped_column(Float)
    n: Mapped[int]  # responses behind it
    worked_out_on: Mapped[date]
