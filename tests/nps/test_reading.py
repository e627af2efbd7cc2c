"""Comments are read in the background: how they sound, that they are found by their words, what comes up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db, writing
from app.core.jobs import jobs_of
from app.core.sentiment import Tone, compound, tone_of
from app.nps import jobs, operations
from app.nps.models import EmergingTopic, Response
from app.nps.operations import reading
from app.nps.queries.comments import COMMENTS
from tests.nps.build import given, keep

TODAY = date(2026, 3, 31)


def read(limit: int = 100) -> int:
    with writing():
        count = reading.read_comments(limit)
        db.session.commit()
    return count


def sounds() -> dict[str, float | None]:
    db.session.expire_all()
    rows = db.session.execute(select(Response.external_id, Response.sentiment))
    return {row.external_id: row.sentiment for row in rows}


def found(words: str = "", phrase: str = "") -> set[str]:
    """External ids of the responses whose comments are found, by both ways of searching."""
    ids = COMMENTS.ids(words, phrase, most=100)
    listed = set(db.session.scalars(select(Response.external_id).where(Response.id.in_(ids))))
    assert listed == set(db.session.scalars(select(Response.external_id).where(COMMENTS.holds(words, phrase))))
    return listed


@pytest.mark.parametrize(
    ("text", "expected"), [("VADER is smart, handsome, and funny.", 0.8316), ("The book was good.", 0.4404)]
)
def test_a_comment_sounds_as_its_published_score_says(text, expected):
    assert compound(text) == expected


@pytest.mark.parametrize(
    ("value", "tone"),
    [
        (0.05, Tone.POSITIVE),
        (0.0499, Tone.NEUTRAL),
        (0.0, Tone.NEUTRAL),
        (-0.0499, Tone.NEUTRAL),
        (-0.05, Tone.NEGATIVE),
        (1.0, Tone.POSITIVE),
        (-1.0, Tone.NEGATIVE),
    ],
)
def test_a_tone_begins_at_a_twentieth(value, tone):
    assert tone_of(value) is tone


@pytest.mark.parametrize("text", ["", "!" * 100_000, "great " * 20_000, "\ud800", "🙂🙃" * 5000, "NOT " * 3000])
def test_any_text_has_a_tone_between_minus_one_and_one(text):
    assert -1 <= compound(text) <= 1


class TestReading:
    def test_gives_a_tone_to_comments_and_leaves_responses_without_one_alone(self, app):
        keep(given(external_id="a", comment="The book was good."), given(external_id="b"))
        assert read() == 1
        assert sounds() == {"a": 0.4404, "b": None}
        assert read() == 0

    def test_goes_in_steps_from_the_oldest_and_reads_each_once(self, app):
        keep(*(given(external_id=f"r{i}", comment=f"Good number {i}") for i in range(5)))
        assert [read(2), read(2), read(2), read(2)] == [2, 2, 1, 0]
        assert all(value and value > 0 for value in sounds().values())

    def test_the_job_works_off_more_than_one_step(self, app, monkeypatch):
        monkeypatch.setattr(jobs, "AT_ONCE", 2)
        keep(*(given(comment=f"Good number {i}") for i in range(5)))
        assert jobs_of(app).run("nps-read-comments") == 5
        assert None not in sounds().values()

    def test_the_job_stops_when_its_time_is_over_and_goes_on_the_next_time(self, app, monkeypatch):
        monkeypatch.setattr(jobs, "AT_ONCE", 2)
        monkeypatch.setattr(jobs, "SECONDS", -1)
        keep(*(given(comment=f"Good number {i}") for i in range(5)))
        assert [jobs_of(app).run("nps-read-comments") for _ in range(4)] == [2, 2, 1, 0]

    def test_a_corrected_comment_is_read_anew(self, app):
        first = given(external_id="a", comment="Wonderful and friendly.")
        keep(first)
        read()
        before = sounds()["a"]
        with writing():
            source = operations.source_named("tests", now=clock.now())
            operations.record(source, [replace(first, comment="Horrible and rude.")], clock.now())
            db.session.commit()
        assert sounds()["a"] is None
        assert found("wonderful") == found("horrible") == set()  # neither what it no longer says nor the unread
        assert read() == 1
        assert before > 0 > sounds()["a"]
        assert found("horrible") == {"a"}

    def test_a_comment_that_changed_while_it_was_judged_stays_unread(self, app, monkeypatch):
        keep(given(external_id="a", comment="The book was good."))

        def changed_meanwhile(_text):
            db.session.execute(db.update(Response).values(comment="The book was bad."))
            return 0.4404

        monkeypatch.setattr(reading, "compound", changed_meanwhile)
        read()
        assert sounds() == {"a": None}


class TestFinding:
    @pytest.fixture(autouse=True)
    def comments(self, app):
        keep(
            given(external_id="queue", comment="Waiting time was long; the call-back never came."),
            given(external_id="desk", comment="No time was lost. Waiting? Not at all/ever: e-mail took 15.30 minutes"),
            given(external_id="other", comment="Ça va: Müller l'a résolu, 100%"),
            given(external_id="none"),
        )
        read()

    def test_comments_are_found_that_hold_every_word_or_one_beginning_with_it(self):
        for words, expected in [
            ("wait", {"queue", "desk"}),
            ("WAITING long", {"queue"}),
            ("ever", {"desk"}),
            ("mail 15", {"desk"}),
            ("back", {"queue"}),
            ("müller", {"other"}),
            ("100%", {"other"}),
            ("trumpet", set()),
            ("wait trumpet", set()),
            ("", set()),
            ("%_*' \"", set()),
            ("long' OR '1'='1", set()),
            ('"wait" NEAR(long', set()),
            ("comment : wait", set()),
            ("wait" * 50_000, set()),
            ("wait " * 50_000, {"queue", "desk"}),
            ("\x00wait", {"queue", "desk"}),
            ("wait & long | (", {"queue"}),
        ]:
            assert found(words) == expected

    def test_comments_are_found_that_hold_a_phrase_word_for_word(self):
        for phrase, expected in [
            ("waiting time", {"queue"}),
            ("time was", {"queue", "desk"}),
            ("wait", set()),
            ("call-back", {"queue"}),
            ('"', set()),
            ("' <-> !", set()),
        ]:
            assert found(phrase=phrase) == expected

    def test_words_and_a_phrase_narrow_each_other(self):
        assert found("minutes", "time was") == {"desk"}
        assert found("long minutes", "time was") == set()

    def test_more_than_the_most_are_not_listed(self):
        assert COMMENTS.ids("wait", most=2) is not None
        assert COMMENTS.ids("wait", most=1) is None

    def test_a_comment_that_is_erased_is_found_no_more(self):
        with writing():
            db.session.execute(db.update(Response).where(Response.external_id == "queue").values(comment=None))
            db.session.commit()
        assert found("wait") == {"desk"}

    def test_a_response_that_is_deleted_is_found_no_more(self):
        with writing():
            db.session.execute(db.delete(Response).where(Response.external_id == "queue"))
            db.session.commit()
        assert found("wait") == {"desk"}


class TestTopicsThatComeUp:
    @staticmethod
    def plant(extra: int = 12, day: date = TODAY - timedelta(days=3)) -> None:
        """Much the same every day for 104 days, and one matter that is said only lately."""
        usual = ["Quick answer, friendly agent.", "Long queue on the phone.", "The invoice was right.", "All fine."]
        days = [TODAY - timedelta(days=back) for back in range(1, 105)]
        keep(*(given(8, day=at, comment=usual[(i + j) % 4]) for i, at in enumerate(days) for j in range(3)))
        keep(*(given(3, day=day, comment=f"The app crashed on me ({i}).") for i in range(extra)))

    @staticmethod
    def find(today: date = TODAY) -> dict[str, EmergingTopic]:
        with writing():
            reading.find_emerging_topics(today)
            db.session.commit()
        db.session.expire_all()
        return {topic.term: topic for topic in db.session.scalars(select(EmergingTopic))}

    def test_what_is_said_only_lately_is_found_and_nothing_else(self, app):
        self.plant()
        topics = self.find()
        assert set(topics) == {"app crashed"}
        topic = topics["app crashed"]
        assert (topic.recent, topic.before, topic.since) == (12, 0, TODAY)
        assert topic.z >= 3

    def test_what_was_said_before_as_often_is_not_found(self, app):
        self.plant(extra=0)
        assert self.find() == {}

    def test_the_usual_number_is_of_as_many_comments_as_there_were_lately(self, app):
        self.plant(extra=20)
        keep(*(given(3, day=TODAY - timedelta(days=50), comment="The app crashed.") for _ in range(7)))
        lately, before = 14 * 3 + 20, 90 * 3 + 7
        assert self.find()["app crashed"].before == round(7 * lately / before)

    def test_a_topic_that_goes_on_keeps_the_day_it_came_up(self, app):
        self.plant()
        self.find()
        self.plant_next_day()
        topics = self.find(TODAY + timedelta(days=1))
        assert topics["app crashed"].since == TODAY

    @staticmethod
    def plant_next_day() -> None:
        keep(*(given(3, day=TODAY, comment="The app crashed again.") for _ in range(2)))

    def test_a_topic_that_is_over_is_forgotten(self, app):
        self.plant()
        assert self.find() != {}
        assert self.find(TODAY + timedelta(days=40)) == {}

    def test_without_comments_there_are_none(self, app):
        assert self.find() == {}

    @pytest.mark.parametrize(("hour", "minute", "looks"), [(2, 0, True), (2, 29, True), (2, 30, False), (14, 0, False)])
    def test_the_job_looks_once_a_night(self, app, monkeypatch, hour, minute, looks):
        self.plant()
        local = datetime(TODAY.year, TODAY.month, TODAY.day, hour, minute, tzinfo=clock.zone_of(""))
        monkeypatch.setattr(clock, "now", lambda: local.astimezone(UTC))
        assert jobs_of(app).run("nps-emerging-topics") == (1 if looks else 0)
