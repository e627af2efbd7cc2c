"""People, the reporting tree, roles, and the one-time links they sign in with first."""

import enum
from datetime import date, datetime
from typing import cast

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base


class Role(enum.StrEnum):
    """What a person does in the programme. Being a supervisor is not given: it follows from having reports."""

    HR = "hr"
    CHAMPION = "champion"
    EXECUTIVE = "executive"
    ADMINISTRATOR = "administrator"


class LinkPurpose(enum.StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


class Person(Base, UserMixin):
    """Someone who works at the company. Leavers are inactive, never deleted."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("employee_id"),
        UniqueConstraint("email"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("manager_id <> id", name="not_own_manager"),
        Index("ix_person_name", "family_name", "given_name", "id"),
        Index("ix_person_department", "department", "family_name", "given_name", "id"),
        Index("ix_person_location", "location", "family_name", "given_name", "id"),
        Index("ix_person_job_role", "job_role", "family_name", "given_name", "id"),
        Index("ix_person_manager_id", "manager_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    employee_id: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(254))
    given_name: Mapped[str] = mapped_column(String(120))
    family_name: Mapped[str] = mapped_column(String(120))
    department: Mapped[str] = mapped_column(String(120), default="")
    location: Mapped[str] = mapped_column(String(120), default="")
    job_role: Mapped[str] = mapped_column(String(120), default="")
    hire_date: Mapped[date | None] = mapped_column(default=None)
    time_zone: Mapped[str] = mapped_column(String(64), default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None, repr=False)
    # Raised when the password changes: sessions that carry an older number have ended.
    session_epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]

    role_grants: Mapped[list["PersonRole"]] = relationship(
        init=False, repr=False, lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    manager: Mapped["Person | None"] = relationship(
        init=False, repr=False, lazy="raise_on_sql", remote_side="Person.id"
    )

    # Set by the queries that load a person with what the policies ask; not columns. They outlive a commit or
    # rollback, after which a page may still be rendered.
    has_reports = False
    known_roles = cast("frozenset[Role] | None", None)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def roles(self) -> frozenset[Role]:
        """The roles given to this person. The query that loads the person names `role_grants`."""
        if self.known_roles is not None:
            return self.known_roles
        return frozenset(Role(grant.role) for grant in self.role_grants)

    @property
    def is_supervisor(self) -> bool:
        return self.has_reports

    @property
    def is_active(self) -> bool:  # Flask-Login's name for it
        return self.active

    def get_id(self) -> str:
        """Who a session belongs to: it ends when the epoch has moved on."""
        return f"{self.id}:{self.session_epoch}"

    def has_role(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


class PersonRole(Base):
    """One role given to one person."""

    __tablename__ = "person_role"
    __table_args__ = (CheckConstraint("role in ('hr', 'champion', 'executive', 'administrator')", name="role_known"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, init=False)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class PersonKey(Base):
    """A word by which a person is found: of the names, the e-mail address or the employee id, folded.

    Compared byte by byte, so that everything that begins with some letters is one range of the primary key.
    """

    __tablename__ = "person_key"
    __table_args__ = (Index("ix_person_key_person_id", "person_id"),)

    key: Mapped[str] = mapped_column(
        String(254).with_variant(String(254, collation="C"), "postgresql"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)


class ReportingLine(Base):
    """The reporting tree as a closure table: one row for every person above every person, and for oneself (depth 0)."""

    __tablename__ = "reporting_line"
    __table_args__ = (
        CheckConstraint("depth >= 0", name="depth_positive"),
        CheckConstraint("(depth = 0) = (ancestor_id = descendant_id)", name="depth_zero_is_self"),
        Index("ix_reporting_line_descendant_id", "descendant_id", "depth"),
    )

    ancestor_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    descendant_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    depth: Mapped[int]


class AccessLink(Base):
    """A one-time link to set a password. The link itself is signed from this row's id, so the table holds no secret."""

    __tablename__ = "access_link"
    __table_args__ = (
        CheckConstraint("purpose in ('invitation', 'reset')", name="purpose_known"),
        Index("ix_access_link_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
