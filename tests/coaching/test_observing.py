"""Observing: a draft as one types, kept once, with evidence, in the wording that was shown."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person, Role
from app.accounts.operations import set_manager
from app.coaching.models import BehaviourVersion, Gap, Observation, ObservedLevel
from app.coaching.operations import observing
from app.coaching.operations.observing import Seen, is_web_address
from app.coaching.queries import observations as queries
from app.core import clock
from app.core.db import db, writing
from app.core.errors import Conflict, Invalid
from app.nps.models import Response
from app.nps.operations.erasing import erase_customer
from tests.coaching.build import behaviour, observe, today
from tests.factories import make_person
from tests.nps.build import company_of, given, keep

TOKEN = "a-token-of-one-form"


@pytest.fixture
def people(app):
    """A supervisor with two who report to them."""
    lead, reports = company_of(2)
    return lead, *reports


def version_of(made):
    return db.session.scalars(
        select(BehaviourVersion.id).where(BehaviourVersion.behaviour_id == made.id, BehaviourVersion.is_current)
    ).one()


def reworded(made):
    """The behaviour gets new words; the id of the new version."""
    db.session.get(BehaviourVersion, version_of(made)).is_current = False
    db.session.flush()
    db.session.add(
        BehaviourVersion(
            behaviour_id=made.id,
            version=2,
            name="In new words",
            levels=["a", "b", "c", "d", "e"],
            written_at=clock.now(),
        )
    )
    db.session.commit()
    return version_of(made)


@pytest.fixture
def empathy(app):
    return behaviour("Shows empathy", target=3.5)


@pytest.fixture
def seen(empathy):
    return Seen(channel="chat", observed_on=today(), levels={version_of(empathy): 2}, note="Listened to the end")


def saved(person, observer, values, token=TOKEN):
    draft = observing.save_draft(person, observer, token, values, clock.now())
    db.session.commit()
    return draft


def kept(person, observer, values, token=TOKEN):
    found = observing.keep(person, observer, token, values, clock.now())
    db.session.commit()
    return found


def count(table=Observation):
    return db.session.scalar(select(func.count()).select_from(table))


def refusal(person, observer, values):
    with pytest.raises(Invalid) as caught:
        observing.keep(person, observer, TOKEN, values, clock.now())
    db.session.rollback()
    return caught.value.fields


class TestDraft:
    def test_it_is_one_however_often_it_is_saved(self, people, seen):
        lead, person, _ = people
        first = saved(person, lead, Seen("call", None, {}, note="Lis"))
        assert (first.state, first.observed_on, first.kind) == ("draft", today(), "supervisor")
        saved(person, lead, seen)
        last = saved(person, lead, replace(seen, note="Listened", levels=dict.fromkeys(seen.levels, 4)))
        assert (count(), count(ObservedLevel)) == (1, 1)
        assert (last.note, last.channel) == ("Listened", "chat")
        assert queries.levels_of([last.id])[last.id][0].level == 4
        saved(person, lead, replace(seen, levels={}))
        assert count(ObservedLevel) == 0

    def test_two_forms_are_two_drafts_and_the_newest_is_found_again(self, people, seen):
        lead, person, other = people
        first, second = saved(person, lead, seen), saved(person, lead, seen, token="another-token-of-a-form")
        assert queries.draft_about(person.id, lead).id == second.id
        assert queries.draft_about(person.id, lead, first.id).id == first.id
        assert queries.draft_about(person.id, other) is None

    def test_nothing_of_a_draft_counts_or_opens_a_gap(self, people, seen):
        lead, person, _ = people
        for number in range(4):
            saved(person, lead, seen, token=f"the-token-of-form-{number}")
        assert db.session.scalars(select(Observation.id).where(queries.counting())).all() == []
        assert count(Gap) == 0

    @pytest.mark.sqlite_only
    def test_a_form_about_one_person_is_not_taken_for_another(self, people, seen):
        lead, person, other = people
        saved(person, lead, seen)
        with pytest.raises(Conflict, match="belongs to another"):
            observing.save_draft(other, lead, TOKEN, seen, clock.now())

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"note": "x" * 10_001}, "note"),
            ({"link": "https://" + "x" * 500}, "link"),
            ({"channel": "seance"}, "channel"),
            ({"levels": {987_654: 3}}, "levels"),
            ({"response_id": 987_654}, "response"),
        ],
    )
    def test_what_no_form_offers_is_refused(self, people, seen, changes, field):
        lead, person, _ = people
        with pytest.raises(Invalid) as caught:
            observing.save_draft(person, lead, TOKEN, replace(seen, **changes), clock.now())
        assert list(caught.value.fields) == [field]

    def test_only_ones_own_draft_is_discarded_and_twice_is_harmless(self, people, seen):
        lead, person, other = people
        draft = saved(person, lead, seen)
        assert not observing.discard_draft(draft.id, other)
        assert observing.discard_draft(draft.id, lead)
        assert not observing.discard_draft(draft.id, lead)
        assert (count(), count(ObservedLevel)) == (0, 0)
        made = kept(person, lead, seen)
        assert not observing.discard_draft(made.id, lead)


class TestKeeping:
    def test_a_draft_becomes_the_observation_and_a_second_click_changes_nothing(self, people, seen):
        lead, person, _ = people
        draft = saved(person, lead, replace(seen, note="L"))
        first = kept(person, lead, seen)
        when = first.kept_at
        again = kept(person, lead, seen)
        assert (first.id, again.id, again.kept_at, again.note) == (draft.id, draft.id, when, "Listened to the end")
        assert (count(), count(ObservedLevel)) == (1, 1)

    @pytest.mark.sqlite_only
    def test_without_a_draft_it_is_kept_all_the_same(self, people, seen):
        lead, person, _ = people
        assert kept(person, lead, seen).state == "kept"

    def test_two_clicks_at_the_same_moment_keep_one(self, app, people, seen):
        lead, person, _ = (one.id for one in people)
        ready, found = threading.Barrier(3), []

        def click():
            with app.app_context(), writing():
                both = db.session.get(Person, person), db.session.get(Person, lead)
                db.session.rollback()
                ready.wait()
                found.append(kept(*both, seen).id)

        clicks = [threading.Thread(target=click) for _ in range(3)]
        for one in clicks:
            one.start()
        for one in clicks:
            one.join()
        db.session.rollback()  # and look anew
        assert (len(found), len(set(found)), count(), count(ObservedLevel)) == (3, 1, 1, 1)

    def test_what_is_kept_never_changes(self, people, seen):
        lead, person, _ = people
        kept(person, lead, seen)
        other = replace(seen, levels=dict.fromkeys(seen.levels, 5))
        with pytest.raises(Conflict, match="kept this observation already"):
            observing.keep(person, lead, TOKEN, other, clock.now())
        with pytest.raises(Conflict):
            observing.save_draft(person, lead, TOKEN, other, clock.now())
        assert db.session.scalar(select(ObservedLevel.level)) == 2

    def test_the_kind_follows_from_who_observes(self, people, seen):
        lead, person, colleague = people
        boss = make_person()
        set_manager(lead, boss, now=clock.now())
        db.session.commit()
        kinds = [kept(person, one, seen).kind for one in (lead, boss, colleague, person)]
        assert kinds == ["supervisor", "supervisor", "peer", "self"]

    def test_levels_keep_the_wording_that_was_shown(self, people, empathy, seen):
        lead, person, _ = people
        new = reworded(empathy)
        found = kept(person, lead, seen)
        row = queries.levels_of([found.id])[found.id][0]
        assert (row.name, row.levels[row.level - 1], row.is_current) == ("Shows empathy", "Hardly", False)
        shown = queries.scales(person, today(), [row.version_id])
        assert [(one.version_id, one.name) for one in shown] == [(row.version_id, "Shows empathy")]
        assert [one.version_id for one in queries.scales(person, today())] == [new]

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(
        ("changes", "fields"),
        [
            ({"levels": {}}, ["levels"]),
            ({"note": ""}, ["note"]),
            ({"note": "", "link": "ftp://recording"}, ["link"]),
            ({"link": "javascript:alert(1)"}, ["link"]),
            ({"observed_on": None}, ["observed_on"]),
        ],
    )
    def test_what_is_missing_is_said_at_its_field(self, people, seen, changes, fields):
        lead, person, _ = people
        assert list(refusal(person, lead, replace(seen, **changes))) == fields
        assert count() == 0

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True), (90, True), (91, False)])
    def test_the_day_is_within_the_last_ninety(self, people, seen, days, taken):
        lead, person, _ = people
        values = replace(seen, observed_on=today() - timedelta(days=days))
        if taken:
            assert kept(person, lead, values).observed_on == values.observed_on
        else:
            assert list(refusal(person, lead, values)) == ["observed_on"]

    def test_three_low_ones_open_a_gap_and_self_assessments_do_not(self, people, empathy, seen):
        lead, person, colleague = people
        for number in range(3):
            observe(colleague, lead, {empathy.id: 4 + number % 2})
            kept(person, person, replace(seen, levels=dict.fromkeys(seen.levels, 1)), token=f"own-form-number-{number}")
        assert count(Gap) == 0
        for number in range(3):
            kept(person, lead, replace(seen, levels=dict.fromkeys(seen.levels, 1)), token=f"the-form-number-{number}")
        assert db.session.scalar(select(Gap.person_id)) == person.id


@pytest.mark.sqlite_only
class TestQuotes:
    def test_a_comment_is_evidence_and_is_gone_when_the_customer_is_forgotten(self, people, seen):
        lead, person, _ = people
        keep(given(2, person=person, comment="Nobody listened", customer_key="C1"), given(9, person=person))
        (offered,) = queries.quotable(person.id, lead)
        made = kept(person, lead, replace(seen, note="", response_id=offered.id))
        assert queries.quoted(made.response_id, person.id, person).comment == "Nobody listened"
        erase_customer("C1", None, clock.now())
        db.session.commit()
        assert queries.quoted(made.response_id, person.id, lead).erased_at is not None
        assert "response" in refusal(person, lead, replace(seen, response_id=made.response_id, note="another"))

    def test_it_must_be_about_this_person_and_the_observers_to_read(self, people, seen):
        lead, person, colleague = people
        keep(given(2, person=person, comment="About one"), given(2, person=colleague, comment="About the other"))
        ids = {row.comment: row.id for row in db.session.execute(select(Response.id, Response.comment))}
        assert "response" in refusal(person, lead, replace(seen, response_id=ids["About the other"]))
        assert "response" in refusal(person, colleague, replace(seen, response_id=ids["About one"]))
        assert queries.quotable(person.id, colleague) == []
        assert kept(person, lead, replace(seen, response_id=ids["About one"])).response_id == ids["About one"]

    def test_the_one_chosen_before_stays_among_newer_ones(self, people):
        lead, person, _ = people
        keep(*(given(5, person=person, comment=f"No {i}", day=today() - timedelta(days=10 - i)) for i in range(8)))
        offered = queries.quotable(person.id, lead)
        assert [row.comment for row in offered] == [f"No {i}" for i in range(7, 1, -1)]
        oldest = db.session.scalar(select(Response.id).where(Response.comment == "No 0"))
        assert queries.quotable(person.id, lead, oldest)[-1].id == oldest


@pytest.mark.sqlite_only
class TestWhoSees:
    def test_drafts_are_their_observers_alone(self, people, seen):
        lead, person, _ = people
        champion = make_person(roles=(Role.CHAMPION,))
        draft = saved(person, lead, seen)
        assert queries.visible_observation(draft.id, lead).state == "draft"
        assert [queries.visible_observation(draft.id, one) for one in (person, champion)] == [None, None]

    def test_a_former_supervisor_keeps_what_they_wrote_and_sees_nothing_of_later(self, people, empathy, seen):
        lead, person, colleague = people
        successor = make_person(given_name="Nora")
        own = observe(person, lead, {empathy.id: 3}).id
        others = observe(person, colleague, {empathy.id: 3}, kind="peer").id
        draft = saved(person, lead, seen).id
        set_manager(person, successor, now=clock.now())
        db.session.commit()
        lead, successor = (db.session.get(Person, one.id) for one in (lead, successor))
        for one in (lead, successor):
            one.has_reports, one.known_roles = True, frozenset()
        assert queries.visible_observation(own, lead).id == own
        assert queries.visible_observation(others, lead) is None
        assert [row.id for row in queries.observations_of(person.id, lead)] == [own]
        assert {row.id for row in queries.observations_of(person.id, successor)} == {own, others}
        assert queries.visible_observation(draft, successor) is None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://calls.example/7", True),
        ("http://calls.example", True),
        ("https://", False),
        ("calls.example/7", False),
        ("https://[", False),
        ("https://a b", False),
        ("data:text/html,x", False),
    ],
)
def test_a_link_leads_to_a_page(text, is_one):
    assert is_web_address(text) is is_one
