"""Customers' responses, what they are labelled with, and the tallies that pages read instead of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column

from app.core.db import Base

COMMENTED = text("comment IS NOT NULL")
UNREAD = text("comment IS NOT NULL AND sentiment IS NULL")
OF_A_CUSTOMER = text("customer_key IS NOT NULL")


class Source(Base):
    """Where responses come from: a survey tool, a system that calls us. It tells apart equal external ids."""

    __tablename__ = "nps_source"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    # The webhook's secret follows from this number and the installation's key, so that none is kept here.
    secret_epoch: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]


class Dimension(Base):
    """A way to split responses: touchpoint, channel, …, and every segment field that a file brought."""

    __tablename__ = "nps_dimension"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(80))
    is_segment: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


class Label(Base):
    """One value of a dimension: the touchpoint "Phone support", the team "Priya Raman’s team"."""

    __tablename__ = "nps_label"
    __table_args__ = (UniqueConstraint("dimension_id", "key"), Index("ix_nps_label_lead_id", "lead_id"))

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    dimension_id: Mapped[int] = mapped_column(ForeignKey("nps_dimension.id"))
    key: Mapped[str] = mapped_column(String(200))  # what makes two spellings one: folded, or lead:<employee id>
    name: Mapped[str] = mapped_column(String(200))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)  # of a team known by its lead


class Driver(Base):
    """Something customers rate beside the score, such as "Solved at the first contact", and its scale."""

    __tablename__ = "nps_driver"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("(low = 1 AND high = 5) OR (low = 0 AND high = 10)", name="scale_known"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    low: Mapped[int] = mapped_column(SmallInteger)
    high: Mapped[int] = mapped_column(SmallInteger)


class Response(Base):
    """What one customer answered, as it is known now; earlier versions are kept apart.

    The labels say how things were at the time: whoever changes teams later leaves the team's past as it was.
    """

    __tablename__ = "nps_response"
    __table_args__ = (
        UniqueConstraint("source_id", "external_id"),
        CheckConstraint("score BETWEEN 0 AND 10", name="score_from_0_to_10"),
        CheckConstraint("osat BETWEEN 0 AND 10", name="osat_from_0_to_10"),
        CheckConstraint("version >= 1", name="version_positive"),
        Index("ix_nps_response_responded_at", "responded_at", "id"),
        Index("ix_nps_response_person_id", "person_id", "responded_at", "id"),
        Index("ix_nps_response_commented", "responded_at", "id", sqlite_where=COMMENTED, postgresql_where=COMMENTED),
        Index("ix_nps_response_unread", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index(
            "ix_nps_response_customer_key", "customer_key", sqlite_where=OF_A_CUSTOMER, postgresql_where=OF_A_CUSTOMER
        ),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("nps_source.id"))
    external_id: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(16))  # of all that was given: the same again changes nothing
    score: Mapped[int] = mapped_column(SmallInteger)
    responded_at: Mapped[datetime]
    day: Mapped[date]  # of responded_at, in the installation's time zone: what tallies and periods count by
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)  # who served
    survey_id: Mapped[int | None] = mapped_column(ForeignKey("nps_label.id"), default=None)
    touchpoint_id: Mapped[int | None] = mapped_column(ForeignKey("nps_label.id"), default=None)
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("nps_label.id"), default=None)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("nps_label.id"), default=None)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("nps_label.id"), default=None)
    tier_id: Mapped[int | None] = mapped_column(ForeignKey("nps_label.id"), default=None)
    segments: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True), default=None)  # ids of labels
    drivers: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True), default=None)  # driver's id: rating
    osat: Mapped[int | None] = mapped_column(SmallInteger, default=None)
    customer_key: Mapped[str | None] = mapped_column(String(200), default=None)
    comment: Mapped[str | None] = mapped_column(Text, default=None)
    sentiment: Mapped[float | None] = mapped_column(Float, default=None)  # VADER's compound; None until it was read
    recorded_at: Mapped[datetime]
    erased_at: Mapped[datetime | None] = mapped_column(default=None)  # the customer asked to be forgotten


class ResponseVersion(Base):
    """What a response said before it was corrected."""

    __tablename__ = "nps_response_version"

    response_id: Mapped[int] = mapped_column(ForeignKey("nps_response.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(16))
    score: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str | None] = mapped_column(Text, default=None)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # the other columns, by name
    recorded_at: Mapped[datetime]
    replaced_at: Mapped[datetime]


class ResponseSegment(Base):
    """Finds the responses of a segment; a response's own list is in its row."""

    __tablename__ = "nps_response_segment"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads a plain class attribute

    label_id: Mapped[int] = mapped_column(ForeignKey("nps_label.id"), primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("nps_response.id"), primary_key=True)


class CustomerContact(Base):
    """A customer's personal fields, apart from what they answered, so that they can be hidden and erased."""

    __tablename__ = "nps_customer_contact"

    customer_key: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    email: Mapped[str] = mapped_column(String(254), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(60), default="", server_default="")
    updated_at: Mapped[datetime]


class CustomerErasure(Base):
    """That a customer was forgotten, when and by whom; not which one."""

    __tablename__ = "nps_customer_erasure"
    __table_args__ = (Index("ix_nps_customer_erasure_erased_by_id", "erased_by_id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    erased_at: Mapped[datetime]
    erased_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: by the command line
    responses: Mapped[int]


class _Counts(MappedAsDataclass, kw_only=True):
    """How many responses of each band: what every tally counts."""

    promoters: Mapped[int] = mapped_column(default=0)
    passives: Mapped[int] = mapped_column(default=0)
    detractors: Mapped[int] = mapped_column(default=0)


_NOT_NEGATIVE = "promoters >= 0 AND passives >= 0 AND detractors >= 0"
_CLUSTERED = {"sqlite_with_rowid": False}


class LabelDay(_Counts, Base):
    """Responses of one label on one day; the company's own are those of the only label of dimension "company"."""

    __tablename__ = "nps_label_day"
    __table_args__ = (CheckConstraint(_NOT_NEGATIVE, name="not_negative"), _CLUSTERED)

    label_id: Mapped[int] = mapped_column(ForeignKey("nps_label.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class PersonDay(_Counts, Base):
    """Responses about one person on one day."""

    __tablename__ = "nps_person_day"
    __table_args__ = (CheckConstraint(_NOT_NEGATIVE, name="not_negative"), _CLUSTERED)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class PersonMonth(_Counts, Base):
    """Responses about one person in one month, for what compares all people."""

    __tablename__ = "nps_person_month"
    __table_args__ = (
        CheckConstraint(_NOT_NEGATIVE, name="not_negative"),
        Index("ix_nps_person_month_month", "month", "person_id"),
        _CLUSTERED,
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day


class PairMonth(_Counts, Base):
    """Responses that carry two labels of different dimensions in one month: what the pivot adds up.

    The first label is the one whose dimension has the smaller id.
    """

    __tablename__ = "nps_pair_month"
    __table_args__ = (
        CheckConstraint(_NOT_NEGATIVE, name="not_negative"),
        Index("ix_nps_pair_month_second_id", "second_id"),
        _CLUSTERED,
    )

    first_id: Mapped[int] = mapped_column(ForeignKey("nps_label.id"), primary_key=True)
    second_dimension_id: Mapped[int] = mapped_column(ForeignKey("nps_dimension.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("nps_label.id"), primary_key=True)


class DriverMonth(Base):
    """Ratings of one driver under one label in one month: enough for their mean and its interval."""

    __tablename__ = "nps_driver_month"
    __table_args__ = (CheckConstraint("n >= 0 AND total >= 0 AND squares >= 0", name="not_negative"), _CLUSTERED)

    label_id: Mapped[int] = mapped_column(ForeignKey("nps_label.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    driver_id: Mapped[int] = mapped_column(ForeignKey("nps_driver.id"), primary_key=True)
    n: Mapped[int]
    total: Mapped[int]
    squares: Mapped[int]


class SurveyInvitations(Base):
    """How many people a survey asked in a month: the response rate's denominator."""

    __tablename__ = "nps_survey_invitations"
    __table_args__ = (CheckConstraint("asked >= 0", name="asked_not_negative"),)

    survey_id: Mapped[int] = mapped_column(ForeignKey("nps_label.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    asked: Mapped[int]


class EmergingTopic(Base):
    """A term that comments hold much more often lately than before; found anew every night."""

    __tablename__ = "nps_emerging_topic"

    term: Mapped[str] = mapped_column(String(120), primary_key=True)
    since: Mapped[date]  # the first night on which it stood out
    recent: Mapped[int]
    before: Mapped[int]
    z: Mapped[float] = mapped_column(Float)


class Mapping(Base):
    """Which column of a file is which field, saved under a name."""

    __tablename__ = "nps_mapping"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)


class ImportRun(Base):
    """A file that was handed in by page: what became of it, and how far it is."""

    __tablename__ = "nps_import_run"
    __table_args__ = (
        UniqueConstraint("token"),
        CheckConstraint("state in ('mapping', 'waiting', 'running', 'done', 'failed')", name="state_known"),
        Index("ix_nps_import_run_uploaded_by_id", "uploaded_by_id"),
        Index("ix_nps_import_run_state", "state"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    token: Mapped[str] = mapped_column(String(40))  # names its files; unguessable
    filename: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]  # bytes
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="mapping")
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)  # the worker's; after it another may go on
    bytes_read: Mapped[int] = mapped_column(default=0, server_default="0")
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default_factory=dict)  # rows by outcome
    message: Mapped[str] = mapped_column(String(500), default="", server_default="")
    finished_at: Mapped[datetime | None] = mapped_column(default=None)


class ApiToken(Base):
    """Lets a program write responses of one source. Only the token's digest is kept."""

    __tablename__ = "nps_api_token"
    __table_args__ = (UniqueConstraint("digest"), Index("ix_nps_api_token_source_id", "source_id"))

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("nps_source.id"))
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)


class ApiCall(Base):
    """What a call with an idempotency key was answered, so that the same call again gets the same answer."""

    __tablename__ = "nps_api_call"
    __table_args__ = (Index("ix_nps_api_call_answered_at", "answered_at"),)

    token_id: Mapped[int] = mapped_column(ForeignKey("nps_api_token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))  # of the request's body
    status: Mapped[int] = mapped_column(SmallInteger)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    answered_at: Mapped[datetime]


class WebhookDelivery(Base):
    """A webhook's message that was taken: the same id again is a replay."""

    __tablename__ = "nps_webhook_delivery"
    __table_args__ = (Index("ix_nps_webhook_delivery_received_at", "received_at"),)

    source_id: Mapped[int] = mapped_column(ForeignKey("nps_source.id"), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    received_at: Mapped[datetime]
