"""A customer is forgotten: who they are and what they wrote goes, what they thought of us stays counted."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from app.core.db import Base, db
from app.nps import operations
from app.nps.models import CustomerContact, CustomerErasure, LabelDay, Response, ResponseVersion
from app.nps.operations.reading import read_comments
from app.nps.queries.comments import COMMENTS
from app.nps.rules.responses import Contact, Given, Outcome
from tests.factories import make_person

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
CONTACT = Contact(name="Ada Ferreira", email="ada@customer.example", phone="+44 1632 960")


def given(number: int, **values):
    facts = {"score": 3, "comment": "Waited for Ferreira's parcel", "customer_key": "C-77", "contact": CONTACT}
    return Given(external_id=f"r{number}", responded_at=NOW - timedelta(days=number), **{**facts, **values})


def bring_in(*responses, at=NOW):
    found = operations.record(operations.source_named("test", now=NOW), responses, at)
    db.session.commit()
    return [judged.outcome for judged in found.outcomes]


def everything_kept() -> str:
    return "\n".join(
        str(dict(row)) for table in Base.metadata.sorted_tables for row in db.session.execute(select(table)).mappings()
    )


def counted() -> int:
    return db.session.scalar(select(func.sum(LabelDay.promoters + LabelDay.passives + LabelDay.detractors))) or 0


def test_nothing_of_the_customer_is_left_in_any_table_and_every_score_is(app):
    champion = make_person(roles=("champion",))
    bring_in(given(1), given(2), given(3, customer_key="C-78", contact=None, comment="Another one"))
    bring_in(given(1, score=4, comment="Ferreira again"), at=NOW + timedelta(hours=1))
    read_comments(10)
    db.session.commit()
    assert len(COMMENTS.ids("ferreira", most=10)) == 2
    before = counted()

    assert operations.erase_customer("C-77", champion.id, NOW + timedelta(days=1)) == 2
    db.session.commit()
    for word in ("C-77", "Ferreira", "ada@customer.example", "1632"):
        assert word not in everything_kept()
    assert COMMENTS.ids("ferreira", most=10) == []
    assert counted() == before
    assert sorted(db.session.scalars(select(Response.score))) == [3, 3, 4]
    assert db.session.scalar(select(func.count()).select_from(ResponseVersion)) == 1
    assert [row.comment for row in db.session.scalars(select(Response)) if row.comment] == ["Another one"]
    noted = db.session.scalars(select(CustomerErasure)).one()
    assert (noted.erased_by_id, noted.responses) == (champion.id, 2)


def test_asked_again_or_for_nobody_nothing_is_noted(app):
    bring_in(given(1))
    assert operations.erase_customer("C-77", None, NOW) == 1
    assert operations.erase_customer("C-77", None, NOW) == 0
    assert operations.erase_customer("unheard of", None, NOW) == 0
    assert db.session.scalar(select(func.count()).select_from(CustomerErasure)) == 1


def test_a_contact_without_responses_is_erased_too(app):
    db.session.add(CustomerContact(customer_key="C-9", name="Lone", updated_at=NOW))
    db.session.commit()
    assert operations.erase_customer("C-9", None, NOW) == 0
    assert db.session.get(CustomerContact, "C-9") is None


def test_the_same_file_again_or_a_correction_never_brings_the_customer_back(app):
    bring_in(given(1))
    operations.erase_customer("C-77", None, NOW)
    db.session.commit()
    assert bring_in(given(1)) == [Outcome.UNCHANGED]
    corrected = given(1, score=9, comment="Ferreira wrote more")
    assert bring_in(corrected) == [Outcome.CORRECTED]
    assert bring_in(corrected) == [Outcome.UNCHANGED]
    assert "Ferreira" not in everything_kept()
    assert db.session.scalars(select(Response.score)).one() == 9


def test_a_customer_named_only_by_an_earlier_version_is_forgotten_there(app):
    bring_in(given(1))
    bring_in(given(1, customer_key="C-78", contact=None), at=NOW + timedelta(hours=1))
    operations.erase_customer("C-77", None, NOW)
    db.session.commit()
    assert "C-77" not in everything_kept()
    now = db.session.scalars(select(Response)).one()
    assert (now.customer_key, bool(now.comment), now.erased_at) == ("C-78", True, None)
