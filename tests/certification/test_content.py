import pytest
import yaml
from sqlalchemy import select

from app.certification import content, queries
from app.certification.models import Programme, Requirement
from app.config import ROOT
from app.core.content import ContentError, read_all
from app.core.db import db, writing
from tests.certification.build import START, certify, make_programme
from tests.factories import make_person

FILE = {
    "title": "Small",
    "summary": "What it asks.",
    "valid_months": 12,
    "renewal_days": 60,
    "courses": ["first", "second"],
    "quizzes": ["final"],
}


def folder_with(tmp_path, name="small.yaml", **changes):
    (tmp_path / "programmes").mkdir(exist_ok=True)
    values = {key: value for key, value in {**FILE, **changes}.items() if value is not None}
    (tmp_path / "programmes" / name).write_text(yaml.safe_dump(values, sort_keys=False))
    return tmp_path


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"colour": "red"}, "colour"),
        ({"valid_months": 0}, "valid_months"),
        ({"valid_months": "12"}, "valid_months"),
        ({"renewal_days": -1}, "renewal_days"),
        ({"quizzes": []}, "quizzes"),
        ({"quizzes": None}, "quizzes"),
        ({"courses": ["Not a slug"]}, "courses[0]"),
        ({"courses": ["first", "first"]}, "courses[1]"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_key(tmp_path, changes, key):
    problems = content.read(folder_with(tmp_path, **changes)).problems
    assert [problem.key for problem in problems] == [key]
    assert problems[0].file == "programmes/small.yaml"


def test_a_course_that_nobody_wrote_is_refused_at_its_line(app, tmp_path):
    with pytest.raises(ContentError) as refused:
        read_all(app, folder_with(tmp_path))
    lines = [str(problem) for problem in refused.value.problems]
    assert "programmes/small.yaml:6: courses[0]: there is no course 'first'" in lines
    assert "programmes/small.yaml:9: quizzes[0]: there is no quiz 'final'" in lines


def test_the_shipped_programme_asks_for_all_twelve_modules_and_the_exam():
    (found,) = content.read(ROOT).items
    slug, file = found
    positions = {
        path.parent.name: yaml.safe_load(path.read_text())["position"] for path in ROOT.glob("courses/*/course.yaml")
    }
    assert slug == "nps-foundations"
    assert file.courses == sorted(positions, key=positions.__getitem__)
    assert len(file.courses) == 12
    assert file.quizzes == ["nps-foundations-exam"]
    assert (file.valid_months, file.renewal_days) == (12, 60)


def needs(slug="small"):
    statement = select(Requirement.slug, Requirement.title).join(Programme, Programme.id == Requirement.programme_id)
    return [
        tuple(row) for row in db.session.execute(statement.where(Programme.slug == slug).order_by(Requirement.position))
    ]


def test_a_sync_writes_once_and_takes_titles_from_the_content(app, tmp_path):
    with writing():
        make_programme()
        items = content.read(folder_with(tmp_path, title="Renamed")).items
        report = content.sync(items)
        assert (report.added, report.changed, report.unchanged) == (0, 1, 0)
        assert needs() == [("first", "First"), ("second", "Second"), ("final", "The final exam")]
        assert content.sync(items).unchanged == 1


def test_a_programme_without_a_file_is_retired_and_its_certificates_stay(app, tmp_path):
    with writing():
        make_programme()
        person = make_person()
        certify(person.id, START)
        report = content.sync([])
        assert report.retired == 1
        assert queries.all_terms() == []
        assert len(queries.certificates_of(person.id)) == 1
        assert content.sync([]).retired == 0
        assert content.sync(content.read(folder_with(tmp_path)).items).changed == 1
        assert [terms.slug for terms in queries.all_terms()] == ["small"]


def test_a_new_programme_counts_the_people_who_are_there(app, tmp_path):
    with writing():
        make_programme()
        person = make_person()
        content.sync(content.read(folder_with(tmp_path, "other.yaml")).items)
        (row,) = [row for row in queries.standing_of(person.id) if row.slug == "other"]
        assert row.stage == "not_started"
        terms = next(terms for terms in queries.all_terms() if terms.slug == "other")
        assert sum(queries.tally_totals(terms, START.date()).values()) == 1
