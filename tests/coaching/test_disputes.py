"""Disputes: a second reader decides, and until then the observation counts for nothing."""

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.accounts.operations import deactivate, set_manager
from app.accounts.queries import find_person
from app.coaching import policies
from app.coaching.models import Dispute, Gap, Observation
from app.coaching.operations import disputes
from app.coaching.operations.gaps import look_for_gaps
from app.coaching.queries import observations as queries
from app.coaching.queries.disputes import second_reader
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed
from tests.coaching.build import behaviour, observe
from tests.factories import make_person
from tests.nps.build import company_of


@pytest.fixture
def line(app):
    """The one above, a supervisor, and two who report to them."""
    boss = make_person(given_name="Bea", family_name="Above")
    lead, (person, colleague) = company_of(2)
    set_manager(lead, boss, now=clock.now())
    db.session.commit()
    return boss, lead, person, colleague


@pytest.fixture
def empathy(app):
    return behaviour("Shows empathy", target=3.5)


@pytest.fixture
def made(line, empathy):
    _, lead, person, _ = line
    return observe(person, lead, {empathy.id: 1})


def raise_(observation, person, reason="I was asked to hurry"):
    done = disputes.raise_dispute(observation, person, reason, clock.now())
    db.session.commit()
    return done


def decide(observation, reader, decision="struck", reason="The recording shows it"):
    done = disputes.decide(observation, reader, decision, reason, clock.now())
    db.session.commit()
    return done


def counted():
    return db.session.scalars(select(Observation.id).where(queries.counting())).all()


class TestRaising:
    def test_it_counts_for_nothing_until_it_is_decided(self, line, made):
        boss, _, person, _ = line
        assert counted() == [made.id]
        assert raise_(made, person)
        assert counted() == []
        decide(made, boss, "stands")
        assert counted() == [made.id]

    def test_a_gap_goes_with_what_it_rested_on(self, line, empathy, made):
        boss, lead, person, colleague = line
        for _ in range(2):
            observe(person, lead, {empathy.id: 1})
        for level in (4, 5, 5):
            observe(colleague, lead, {empathy.id: level})
        look_for_gaps([person.id], clock.now())
        db.session.commit()
        gaps = select(Gap.closing).where(Gap.person_id == person.id).order_by(Gap.id)
        assert db.session.scalars(gaps).all() == [None]
        raise_(made, person)
        assert db.session.scalars(gaps).all() == ["withdrawn"]
        decide(made, boss, "stands")
        assert db.session.scalars(gaps).all() == ["withdrawn", None]

    def test_the_same_words_twice_are_one_dispute_and_other_words_are_refused(self, line, made):
        _, _, person, _ = line
        assert raise_(made, person)
        assert not raise_(made, person)
        with pytest.raises(Conflict, match="disputed this observation already"):
            disputes.raise_dispute(made, person, "Another reason", clock.now())
        assert db.session.scalars(select(Dispute.reason)).all() == ["I was asked to hurry"]

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize("reason", ["", "x" * 5001])
    def test_it_takes_a_reason(self, line, made, reason):
        with pytest.raises(Invalid) as caught:
            disputes.raise_dispute(made, line[2], reason, clock.now())
        assert list(caught.value.fields) == ["reason"]

    @pytest.mark.sqlite_only
    def test_only_whoever_was_observed_by_another_can(self, line, empathy, made):
        _, lead, person, _ = line
        own = observe(person, person, {empathy.id: 3})
        for one, who in ((made, lead), (own, person)):
            with pytest.raises(NotAllowed):
                disputes.raise_dispute(one, who, "No", clock.now())

    @pytest.mark.sqlite_only
    def test_a_draft_is_not_disputed(self, line):
        _, lead, person, _ = line
        draft = observe(person, lead, {}, state="draft", kept_at=None)
        with pytest.raises(Conflict):
            disputes.raise_dispute(draft, person, "No", clock.now())


@pytest.mark.sqlite_only
class TestSecondReader:
    def test_it_is_the_observers_supervisor(self, line):
        boss, lead, person, colleague = line
        assert second_reader(person.id, lead.id) == boss.id
        assert second_reader(person.id, colleague.id) == lead.id

    def test_else_the_one_above_the_supervisor_of_the_person_observed(self, line):
        boss, lead, person, _ = line
        elsewhere = make_person()  # nobody above them; observed before they moved away
        assert second_reader(person.id, elsewhere.id) == boss.id
        assert second_reader(person.id, boss.id) is None  # that would be the observer
        led = make_person(manager=make_person(manager=lead))
        assert second_reader(led.id, elsewhere.id) == lead.id

    def test_nobody_who_has_left_and_none_of_the_two(self, line):
        boss, lead, person, colleague = line
        deactivate(lead, clock.now())
        db.session.commit()
        assert second_reader(person.id, colleague.id) == boss.id
        deactivate(boss, clock.now())
        db.session.commit()
        assert second_reader(person.id, colleague.id) is None
        assert second_reader(lead.id, colleague.id) is None  # the observer's supervisor is the one observed


class TestDeciding:
    def test_struck_it_never_counts_again_and_both_see_why(self, line, made):
        boss, lead, person, _ = line
        raise_(made, person)
        assert decide(made, boss)
        assert counted() == []
        for one in (lead, person, boss):
            row = queries.visible_observation(made.id, one)
            assert (row.state, row.decision, row.decision_reason) == ("struck", "struck", "The recording shows it")
            assert (row.decider_name, row.reader_name) == ("Bea Above", "Bea Above")

    def test_it_is_decided_once(self, line, made):
        boss, _, person, _ = line
        raise_(made, person)
        assert decide(made, boss, "stands")
        assert not decide(made, boss, "stands")  # a second click
        with pytest.raises(Conflict, match="decided already"):
            disputes.decide(made, boss, "struck", "The recording shows it", clock.now())
        db.session.rollback()
        assert db.session.scalar(select(Observation.state)) == "kept"

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(("decision", "reason", "field"), [("perhaps", "So", "decision"), ("struck", "", "reason")])
    def test_it_takes_a_decision_and_a_reason(self, line, made, decision, reason, field):
        boss, _, person, _ = line
        raise_(made, person)
        with pytest.raises(Invalid) as caught:
            disputes.decide(made, boss, decision, reason, clock.now())
        assert list(caught.value.fields) == [field]

    @pytest.mark.sqlite_only
    def test_neither_of_the_two_decides_and_nothing_is_decided_that_nobody_disputes(self, line, made):
        boss, lead, person, _ = line
        with pytest.raises(Conflict, match="Nobody disputes"):
            disputes.decide(made, boss, "stands", "So", clock.now())
        raise_(made, person)
        for one in (lead, person):
            with pytest.raises(NotAllowed):
                disputes.decide(made, one, "stands", "So", clock.now())


class TestWhoReads:
    def may_decide(self, observation, person):
        row = queries.visible_observation(observation.id, find_person(person.id))
        return row is not None and policies.can_decide_dispute(find_person(person.id), row)

    def waiting(self, person):
        return [row.id for row in queries.listed("disputes", find_person(person.id), {}).rows]

    def test_the_second_reader_alone_decides(self, line, made):
        boss, lead, person, colleague = line
        champion = make_person(roles=(Role.CHAMPION,))
        raise_(made, person)
        assert [one for one in (lead, person, colleague, champion) if self.may_decide(made, one)] == []
        assert self.may_decide(made, boss)
        assert self.waiting(boss) == [made.id]
        assert self.waiting(champion) == self.waiting(lead) == []
        decide(made, boss)
        assert self.waiting(boss) == []

    def test_a_reader_from_another_line_sees_that_observation_only(self, line, empathy, made):
        person = line[2]
        former = make_person(manager=(reader := make_person()))
        disputed = observe(person, former, {empathy.id: 1}, kind="peer")
        raise_(disputed, person)
        assert self.may_decide(disputed, reader)
        assert queries.visible_observation(made.id, find_person(reader.id)) is None

    def test_without_a_reader_any_champion_decides(self, empathy):
        lead, (person,) = company_of(1)
        champion, hr = make_person(roles=(Role.CHAMPION,)), make_person(roles=(Role.HR,))
        made = observe(person, lead, {empathy.id: 1})
        assert queries.visible_observation(made.id, find_person(champion.id)) is None
        raise_(made, person)
        assert self.waiting(champion) == [made.id]
        assert self.may_decide(made, champion)
        assert not self.may_decide(made, hr)
        assert queries.visible_observation(made.id, find_person(hr.id)) is None

    def test_what_waits_for_someone_who_left_is_any_champions(self, line, made):
        boss, _, person, _ = line
        champion = make_person(roles=(Role.CHAMPION,))
        raise_(made, person)
        deactivate(boss, clock.now())
        db.session.commit()
        assert self.may_decide(made, champion)
        assert self.waiting(champion) == [made.id]
