"""Whether coaching helped, from the tables to the page: what is planted is found, and no more than that."""

import itertools
import math
from datetime import timedelta
from html import unescape
from types import SimpleNamespace

import numpy as np
import pytest

from app.accounts.models import Person
from app.coaching.models import Action, Benchmark, Gap
from app.coaching.queries import effects
from app.core import clock
from app.core.db import db
from app.core.measures import Day, Measure, register_measures
from tests.coaching.build import behaviour, benchmark, observe, session_of, today
from tests.factories import make_person, sign_in
from tests.nps.build import company_of

SEES = ("hr", "champion", "executive")
EMPATHY, NOISE, SPREAD = "fake:1", 0.8, 0.6
_numbers = itertools.count(1)


class FakeSource:
    """Measures whose observations are kept in a dictionary: by person and key, days before today and values."""

    def __init__(self, names=("Shows empathy",)):
        self.names = names
        self.seen = {}
        self.asked = []

    def add(self, person_id, back, *values, key=EMPATHY):
        day = Day(today() - timedelta(days=back), len(values), sum(values), sum(value * value for value in values))
        self.seen.setdefault((person_id, key), []).append(day)

    def measures(self):
        fact = Measure("fake:fact", "Badge", "%", 0, 100, sampled=False)
        named = enumerate(self.names, 1)
        return [Measure(f"fake:{number}", name, "levels", 1, 5, decimals=1) for number, name in named] + [fact]

    def known(self, keys, people, today):
        return {}

    def days(self, keys, people, first, last):
        self.asked.append((tuple(keys), set(people)))
        return {
            cell: sorted((one for one in days if first <= one.day <= last), key=lambda one: one.day)
            for cell, days in self.seen.items()
            if cell[0] in people and cell[1] in keys
        }


@pytest.fixture
def source(app):
    made = FakeSource()
    register_measures(app, "fake", made)
    return made


def people_of(count, **values):
    """So many people, quickly."""
    made = []
    for number in itertools.islice(_numbers, count):
        row = {"employee_id": f"X{number}", "email": f"x{number}@company.example", "job_role": "Agent"}
        names = {"given_name": "Xenia", "family_name": f"Number{number}"}
        made.append(Person(**{**row, **names, "created_at": clock.now(), **values}))
    db.session.add_all(made)
    db.session.commit()
    return made


def days_ago(days):
    return today() - timedelta(days=days)


def gap_of(person, *, metric=EMPATHY, opened=None, coached=None, closed=None, **values):
    """A gap; days are given as days before today."""
    held = db.session.query(Benchmark).filter_by(metric=metric).first() or benchmark(metric, 3.0)
    made = Gap(
        **{
            "person_id": person.id,
            "metric": metric,
            "benchmark_id": held.id,
            "target": 3.0,
            "opened_on": days_ago(opened if opened is not None else (coached or 0) + 14),
            "n": 5,
            "value": 2.0,
            "estimate": 2.3,
            "probability": 0.9,
            "mean": 3.0,
            "between": SPREAD**2,
            "within": NOISE**2,
            "coached_on": None if coached is None else days_ago(coached),
            "closed_on": None if closed is None else days_ago(closed),
            "closing": None if closed is None else "reached",
            **values,
        }
    )
    db.session.add(made)
    db.session.commit()
    return made


def agree(gaps, kind, supervisor):
    """An action of this kind on each of these gaps."""
    course = "listening" if kind == "module" else None
    session = session_of(db.session.get(Person, gaps[0].person_id), supervisor)
    for gap in gaps:
        number = next(_numbers)
        values = {"token": f"t{number}", "session_id": session.id, "owner_id": gap.person_id, "kind": kind}
        db.session.add(
            Action(
                **values,
                person_id=gap.person_id,
                text="Do it",
                due_on=today(),
                gap_id=gap.id,
                course_slug=course,
                created_at=clock.now(),
            )
        )
    db.session.commit()


def planted(source, people=120, *, effect=0.0, drift=0.3, seed=3, key=EMPATHY):
    """Half a year before and after: five observations each, and the lowest quarter is coached over two months."""
    rng = np.random.default_rng(seed)
    crowd = people_of(people)
    true = rng.normal(3, SPREAD, people)
    before = true[:, None] + rng.normal(0, NOISE, (people, 5))
    coached = set(np.argsort(before.mean(axis=1))[: people // 4].tolist())
    gaps = []
    for place, person in enumerate(crowd):
        for number, value in enumerate(before[place]):
            source.add(person.id, 270 + 10 * number, float(value), key=key)
        for number in range(5):
            now = true[place] + drift + effect * (place in coached) + rng.normal(0, NOISE)
            source.add(person.id, 130 - 10 * number, float(now), key=key)
        if place in coached:
            gaps.append(gap_of(person, metric=key, coached=200 + place % 10, value=float(before[place].mean())))
    return crowd, gaps


class TestOneGap:
    @pytest.mark.sqlite_only
    def test_what_came_after_the_talk_is_seen_against_what_was_known_before(self, source):
        anna = make_person()
        gap = gap_of(anna, coached=60)
        source.add(anna.id, 90, 1.0)  # before the talk
        source.add(anna.id, 60, 1.0)  # on the day of the talk
        source.add(anna.id, 59, 3.0, 4.0)
        source.add(anna.id, 10, 4.0, 5.0)
        found = effects.of_gaps([gap], today())[gap.id]
        assert (found.n_after, found.after) == (4, 4.0)
        assert found.change == pytest.approx(2.0)
        assert found.expected == pytest.approx(1 - 0.36 / (0.36 + 0.64 / 5))
        assert found.certain

    @pytest.mark.sqlite_only
    def test_half_a_year_is_looked_at(self, source):
        anna = make_person()
        gap = gap_of(anna, coached=300)
        source.add(anna.id, 120, 3.0, 3.0, 3.0)
        source.add(anna.id, 119, 5.0)
        assert effects.of_gaps([gap], today())[gap.id].n_after == 3

    @pytest.mark.sqlite_only
    def test_each_gap_has_its_own_day_and_measure(self, source):
        anna, ben = make_person(), make_person()
        early, late = gap_of(anna, coached=100, closed=50), gap_of(anna, coached=20)
        other, untouched = gap_of(ben, coached=20), gap_of(ben, metric="fake:2")
        for person in (anna, ben):
            source.add(person.id, 80, 3.0, 3.0, 3.0)
            source.add(person.id, 10, 4.0, 4.0)
        found = effects.of_gaps([early, late, other, untouched], today())
        assert {key: one.n_after for key, one in found.items()} == {early.id: 5, late.id: 2, other.id: 2}
        assert found[late.id].missing == 1
        assert effects.of_gaps([untouched], today()) == {}

    @pytest.mark.sqlite_only
    def test_a_fact_is_reached_or_not_and_a_measure_that_is_gone_tells_nothing(self, source):
        anna = make_person()
        fact = {"metric": "fake:fact", "mean": None, "between": 0.0, "within": 0.0, "n": 0, "value": 0.0}
        reached, open_gap = gap_of(anna, coached=60, closed=5, **fact), gap_of(anna, coached=4, **fact)
        gone = gap_of(anna, metric="gone:1", coached=60)
        found = effects.of_gaps([reached, open_gap, gone], today())
        assert [found[gap.id].reached for gap in (reached, open_gap)] == [True, False]
        assert found[gone.id].missing == 3

    def test_observations_on_the_rubric_count_and_a_hundred_gaps_cost_as_much_as_one(self, app, count_statements):
        lead, agents = company_of(3)
        rubric = behaviour("Shows empathy", target=3.0)
        metric, gaps = f"behaviour:{rubric.id}", []
        for agent in agents:
            gaps += [gap_of(agent, metric=metric, coached=90, closed=50), gap_of(agent, metric=metric, coached=40)]
            for back in (80, 30, 20, 10):
                observe(agent, lead, {rubric.id: 4}, on=days_ago(back))
        # Their rows are read at once, so that only what comes of them is counted.
        rows = list(db.session.query(Gap).order_by(Gap.id))
        counts = []
        for some in (rows[:1], rows):
            with count_statements() as seen:
                found = effects.of_gaps(some, today())
            counts.append(len(seen))
        assert counts[0] == counts[1]
        assert [found[gap.id].n_after for gap in gaps] == [4, 3] * 3
        assert all(one.after == 4 for one in found.values())


class TestTheCompany:
    def test_a_planted_effect_is_found_and_what_everybody_gained_is_not_part_of_it(self, source):
        planted(source, effect=0.8)
        (found,) = effects.by_metric(today())
        assert (found.measure.name, found.people, found.coached, found.others) == ("Shows empathy", 30, 30, 90)
        assert found.effect.low > 0
        assert found.effect.low < 0.8 < found.effect.high
        assert found.effect.others == pytest.approx(0.3, abs=0.15)
        assert found.effect.expected > 0.1

    @pytest.mark.sqlite_only
    def test_where_nothing_helped_nothing_is_found(self, source):
        planted(source)
        (found,) = effects.by_metric(today())
        assert not found.effect.certain
        assert found.effect.change > 0.3  # which a plain comparison takes for an effect

    @pytest.mark.parametrize(
        ("opened", "coached", "closed", "compared"),
        [
            (600, 500, None, False),  # low for long, and coached
            (600, 500, 200, True),  # that was over on the day
            (600, 500, 199, False),
            (320, 300, 250, False),  # coached shortly before
            (400, 380, 250, True),
            (400, 379, 250, False),
            (210, 190, None, False),  # a gap was open, and soon something was agreed on it
            (199, 190, None, True),  # it opened only later
        ],
    )
    def test_who_was_not_coached(self, opened, coached, closed, compared):
        ended = None if closed is None else days_ago(closed)
        spell = SimpleNamespace(opened_on=days_ago(opened), coached_on=days_ago(coached), closed_on=ended)
        assert effects._uncoached([spell], days_ago(200)) == compared
        assert effects._uncoached([], days_ago(200))

    def test_whom_they_are_compared_with(self, source):
        """Active people of the same job roles; a gap on which nothing was agreed does not matter."""
        for person in people_of(10):
            gap_of(person, coached=200)
        long_low, reached, never, plain = people_of(4)
        (leaver,), (other,) = people_of(1, active=False), people_of(1, job_role="Night watch")
        gap_of(long_low, opened=600, coached=500)
        gap_of(reached, opened=500, coached=480, closed=400)
        gap_of(never, opened=300)
        for person in (long_low, reached, never, plain, leaver, other):
            source.add(person.id, 210, 3.0)
            source.add(person.id, 190, 3.0)
        (found,) = effects.by_metric(today())
        assert found.others == 3
        asked = source.asked[-1][1]
        assert {reached.id, never.id, plain.id} <= asked
        assert not {long_low.id, leaver.id, other.id} & asked

    def test_the_first_talk_of_the_year_counts_and_older_ones_do_not(self, source):
        anna, ben, carl = people_of(3)
        gap_of(anna, coached=300, closed=280)
        gap_of(anna, coached=100)
        gap_of(ben, coached=366)
        carl.active = False
        gap_of(carl, coached=100)
        source.add(anna.id, 310, 2.0)
        source.add(anna.id, 200, 3.0)
        source.add(anna.id, 95, 5.0)  # more than half a year after the first talk
        (found,) = effects.by_metric(today())
        assert (found.people, found.coached, found.effect) == (1, 1, None)

    @pytest.mark.sqlite_only
    @pytest.mark.parametrize(("coached", "others", "shown"), [(9, 10, False), (10, 9, False), (10, 10, True)])
    def test_ten_of_either_are_needed(self, source, coached, others, shown):
        for place, person in enumerate(people_of(coached + others)):
            source.add(person.id, 110, 2.0 + place % 3, 3.0)
            source.add(person.id, 90, 3.0 + place % 2, 3.0)
            if place < coached:
                gap_of(person, coached=100)
        (found,) = effects.by_metric(today())
        assert (found.coached, found.others) == (coached, others)
        assert (found.effect is not None) == shown

    @pytest.mark.sqlite_only
    def test_people_who_are_coached_as_they_dip_gain_nothing_by_that(self, source, monkeypatch):
        """Gaps open and close over two years as observations come in, and no talk has any effect.

        Whoever is truly low has an open gap for good, so those coached lately are mostly people who dipped. Compared
        with everybody else they seem to gain; only those without a coached gap are their like.
        """
        rng = np.random.default_rng(0)
        crowd, window = people_of(400), 180
        for person in crowd:
            true, seen, opened, coached = rng.normal(3, SPREAD), [], None, None
            for back in range(900, -1, -14):
                value = true + rng.normal(0, NOISE)
                source.add(person.id, back, float(value))
                seen = [(day, one) for day, one in seen if day < back + window] + [(back, value)]
                mean = sum(one for _, one in seen) / len(seen)
                reliability = SPREAD**2 / (SPREAD**2 + NOISE**2 / len(seen))
                below = reliability * (3 - mean) / math.sqrt(SPREAD**2 * (1 - reliability))
                if opened is None and len(seen) >= 3 and below > 0.84:
                    opened = back
                elif opened is not None and coached is None:
                    coached = back
                elif opened is not None and below <= 0:
                    _keep(person, opened, coached, back)
                    opened = coached = None
            if coached is not None:
                _keep(person, opened, coached, None)
        db.session.commit()
        (found,) = effects.by_metric(today())
        assert found.coached > 60
        assert found.effect.change > 0.1
        assert not found.effect.certain
        monkeypatch.setattr(effects, "_uncoached", lambda *_: True)
        (fooled,) = effects.by_metric(today())
        assert fooled.effect.net > found.effect.net + 0.05


def _keep(person, opened, coached, closed):
    held = db.session.query(Benchmark.id).filter_by(metric=EMPATHY).scalar() or benchmark(EMPATHY, 3.0).id
    ended = {} if closed is None else {"closed_on": days_ago(closed), "closing": "reached"}
    figures = {"target": 3.0, "value": 2.0, "estimate": 2.0, "probability": 0.9, "coached_on": days_ago(coached)}
    db.session.add(
        Gap(person_id=person.id, metric=EMPATHY, benchmark_id=held, opened_on=days_ago(opened), n=5, **figures, **ended)
    )


class TestKinds:
    def test_a_kind_is_shown_from_twenty_people_and_others_say_why_not(self, source):
        _, gaps = planted(source, effect=0.8)
        lead = make_person()
        agree(gaps[:20], "practice", lead)
        agree(gaps[15:], "module", lead)
        practice, module = effects.by_action_kind(today())
        assert (practice.kind, practice.agreed, practice.people) == ("practice", 20, 20)
        assert practice.effect.low > 0
        assert practice.effect.coached == 20
        assert (module.kind, module.agreed, module.people, module.effect) == ("module", 15, 15, None)
        assert effects.of_company(today())[1] == [practice, module]

    @pytest.mark.sqlite_only
    def test_where_too_few_agreed_on_anything_no_observation_is_read(self, source):
        _, gaps = planted(source, people=40)
        agree(gaps, "shadow", make_person())
        assert [(one.kind, one.agreed, one.effect) for one in effects.by_action_kind(today())] == [("shadow", 10, None)]
        assert source.asked == []

    @pytest.mark.sqlite_only
    def test_measures_of_one_scale_are_put_together(self, app):
        source = FakeSource(("Shows empathy", "Asks first"))
        register_measures(app, "fake", source)
        lead = make_person()
        for seed, key in enumerate(("fake:1", "fake:2")):
            _, gaps = planted(source, people=60, effect=1.0, seed=seed, key=key)
            agree(gaps, "practice", lead)
        (found,) = effects.by_action_kind(today())
        assert (found.people, len(found.measures)) == (30, 2)
        assert found.effect.low < 1.0 < found.effect.high

    def test_nothing_agreed_nothing_told(self, app):
        assert effects.by_action_kind(today()) == []
        assert effects.of_company(today()) == ([], [])


class TestCost:
    def test_more_people_take_no_more_statements(self, source, count_statements):
        counts = []
        for people in (4, 80):
            _, gaps = planted(source, people=people)
            agree(gaps, "practice", make_person())
            with count_statements() as seen:
                effects.of_company(today())
            counts.append(len(seen))
        assert counts[0] == counts[1]


@pytest.fixture
def client(app):
    return app.test_client()


def text_of(response):
    return " ".join(unescape(response.get_data(as_text=True)).split())


@pytest.mark.sqlite_only
class TestPages:
    def test_only_those_who_see_the_companys_figures_see_the_page(self, client):
        lead, (agent,) = company_of(1)
        assert client.get("/coaching/effects").status_code in {302, 303, 401}
        for person, status in ((lead, 403), (agent, 403), *((make_person(roles=(one,)), 200) for one in SEES)):
            assert sign_in(client, person).get("/coaching/effects").status_code == status

    def test_supervisors_see_kinds_of_action_and_agents_do_not(self, client, source):
        lead, (agent,) = company_of(1)
        _, gaps = planted(source, effect=0.8)
        agree(gaps, "practice", make_person())
        page = text_of(sign_in(client, lead).get("/coaching/effects/kinds"))
        assert "Practising a behaviour" in page
        assert "Better, beyond chance" in page
        assert "Number" not in page
        assert sign_in(client, agent).get("/coaching/effects/kinds").status_code == 403

    def test_nobody_coached_yet(self, client):
        sign_in(client, make_person(roles=("hr",)))
        assert "Nobody was coached on a gap in the last year" in text_of(client.get("/coaching/effects"))
        assert "No session of the last year agreed" in text_of(client.get("/coaching/effects/kinds"))

    def test_the_page_says_what_was_found_what_is_refused_and_what_it_cannot_tell(self, app, client):
        source = FakeSource(("Shows empathy", "Asks <first>"))
        register_measures(app, "fake", source)
        _, gaps = planted(source, effect=0.8)
        gap_of(people_of(1)[0], metric="fake:2", coached=30)
        agree(gaps[:5], "blocker", make_person())
        page = text_of(sign_in(client, make_person(roles=("champion",))).get("/coaching/effects"))
        assert "Better beyond chance: Shows empathy" in page
        assert "that is unlikely to be chance" in page
        assert "1 person was coached, none of them measured both before and since" in page
        assert "Asks <first>" in page
        assert "Fixing a process blocker" in page
        assert "It is shown from 20 people" in page
        assert "What this can’t tell" in page
        assert "association" in page
        assert "Number" not in page  # nobody is named
