"""The list of people and a person's page: who sees what, who changes what, and that double clicks are harmless."""

import re

import pytest
from sqlalchemy import select, text

from app.accounts import operations, queries
from app.accounts.models import AccessLink, Person, PersonRole, Role
from app.core import bus, clock
from app.core.db import db
from app.core.errors import Invalid
from app.events import PeopleChanged
from tests.bench.roster import roster
from tests.factories import PASSWORD, make_person, make_supervisor, sign_in

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of queries.
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def open_app(fresh_app):
    built = fresh_app("migrated", WTF_CSRF_ENABLED=False)
    with built.app_context():
        yield built


def as_(app, person):
    return sign_in(app.test_client(), person)


def form_of(client, path):
    """What the form at this address would send unchanged."""
    seen = client.get(path)
    assert seen.status_code == 200
    mark = seen.text.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    return {"seen": mark}


def facts(**values):
    return {
        "given_name": "Ada",
        "family_name": "Berg",
        "email": "ada@company.example",
        "employee_id": "A1",
        "department": "Sales",
        "location": "Oslo",
        "job_role": "Agent",
        "hire_date": "2024-01-31",
        "manager": "",
        **values,
    }


ROUTES = [
    ("GET", "/people"),
    ("GET", "/people/{0}"),
    ("GET", "/people/new"),
    ("POST", "/people/new"),
    ("GET", "/people/{0}/edit"),
    ("POST", "/people/{0}/edit"),
    ("GET", "/people/{0}/deactivate"),
    ("POST", "/people/{0}/deactivate"),
    ("POST", "/people/{0}/reactivate"),
    ("POST", "/people/{0}/invite"),
    ("GET", "/account"),
    ("POST", "/account/password"),
    ("POST", "/account/time-zone"),
    ("GET", "/people/import"),
    ("POST", "/people/import"),
    ("GET", "/people/import/x"),
    ("POST", "/people/import/x"),
    ("POST", "/people/import/x/invite"),
]


def test_signed_out_every_page_leads_to_the_sign_in(open_app):
    for method, path in ROUTES:
        answer = open_app.test_client().open(path.format(make_person().id), method=method)
        assert answer.status_code == 302
        assert answer.location.startswith("/login?next=/")


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if "{0}" in route[1]])
def test_a_stranger_does_not_learn_that_a_person_exists(open_app, method, path):
    supervisor = make_supervisor()
    stranger = make_person(given_name="Stranger")
    client = as_(open_app, supervisor)
    answer = client.open(path.format(stranger.id), method=method)
    missing = client.open(path.format(999_999), method=method)
    assert (answer.status_code, missing.status_code) == (404, 404)
    assert "Stranger" not in answer.text


@pytest.mark.parametrize(("method", "path"), [r for r in ROUTES if "{0}/" in r[1] or r[1] == "/people/new"])
def test_a_supervisor_sees_the_team_and_changes_nobody(open_app, method, path):
    supervisor = make_supervisor()
    report = db.session.scalar(select(Person).where(Person.manager_id == supervisor.id))
    before = (report.active, report.email)
    assert as_(open_app, supervisor).open(path.format(report.id), method=method).status_code == 403
    assert (report.active, report.email) == before


def test_plain_employees_have_their_own_page_and_no_list(open_app):
    person, colleague = make_person(), make_person()
    client = as_(open_app, person)
    assert client.get("/people").status_code == 403
    assert client.get(f"/people/{person.id}").status_code == 200
    assert client.get(f"/people/{colleague.id}").status_code == 404
    assert 'href="/people"' not in client.get(f"/people/{person.id}").text


def test_the_list_holds_whom_one_may_see(open_app):
    supervisor = make_supervisor(2, family_name="Chief")
    make_person(family_name="Elsewhere")
    left = make_person(family_name="Gone", manager=supervisor, active=False)
    page = as_(open_app, supervisor).get("/people").text
    assert "Chief" in page
    assert page.count('data-label="Name"') == 3
    assert "Elsewhere" not in page
    assert left.family_name not in page
    assert "Gone" in as_(open_app, supervisor).get("/people?state=left").text
    for role in Role:
        client = as_(open_app, make_person(roles=(role,)))
        assert "Elsewhere" in client.get("/people?state=all").text


def names_at(client, query):
    page = client.get(f"/people?{query}").text
    return [cell.partition(">")[2].partition("</a>")[0] for cell in page.split('<span class="person-cell"><a ')[1:]]


def test_people_are_searched_by_the_beginning_of_any_of_their_words(open_app):
    make_person(given_name="Anne-Marie", family_name="Müller", email="am@company.example", employee_id="Z-77")
    hr = make_person(given_name="Hanna", family_name="Resch", roles=("hr",))
    client = as_(open_app, hr)
    for typed in ("mull", "MÜL", "marie", "anne mül", "am@comp", "z-7", "müller anne-marie"):
        assert names_at(client, f"q={typed}") == ["Müller, Anne-Marie"], typed
    for typed in ("ller", "mül hanna", "%", "_", "'", "\x00", "*"):
        assert names_at(client, f"q={typed}") in ([], ["Müller, Anne-Marie", "Resch, Hanna"]), typed
    assert "Nobody fits all of this" in client.get("/people?q=nobody").text


def test_people_are_filtered_and_sorted(open_app):
    make_person(given_name="B", family_name="B", department="Sales", location="Rome", job_role="Rep")
    make_person(given_name="A", family_name="A", department="Support", location="Rome", job_role="Agent")
    client = as_(open_app, make_person(given_name="H", family_name="H", department="HR", roles=("hr",)))
    assert names_at(client, "location=Rome") == ["A, A", "B, B"]
    assert names_at(client, "location=Rome&sort=department") == ["B, B", "A, A"]
    assert names_at(client, "location=Rome&sort=-name") == ["B, B", "A, A"]
    assert names_at(client, "location=Rome&job_role=Agent&department=Support") == ["A, A"]
    assert names_at(client, "sort=nonsense&after=nonsense&before=x&state=x&department=None") == []


def test_the_whole_of_a_long_list_is_paged_through_forwards_and_back(open_app):
    hr = make_person(roles=("hr",), given_name="Hanna", family_name="Zz")
    operations.import_roster(roster(170), clock.now(), by_administrator=True)
    client = as_(open_app, hr)
    ids, path = [], "/people?sort=department"
    while path:
        page = client.get(path).text
        ids += re.findall(r'<span class="person-cell"><a href="/people/(\d+)"', page)
        link = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        path = f"/people{link}" if link else ""
    assert sorted(map(int, ids)) == db.session.scalars(select(Person.id).order_by(Person.id)).all()
    assert len(ids) == 171


@pytest.mark.parametrize("role", [(), ("hr",)])
def test_the_list_takes_as_many_statements_for_fifty_as_for_one(open_app, count_statements, role):
    boss = make_person(roles=role)
    make_person(manager=boss)
    client = as_(open_app, boss)
    counts = []
    for _ in range(2):
        with count_statements() as seen:
            assert client.get("/people").status_code == 200
        counts.append(len(seen))
        for _ in range(49):
            make_person(manager=boss)
    assert counts == [3, 3]


def test_a_page_of_ten_thousand_people_is_fifty_rows(open_app, count_statements):
    hr = make_person(roles=("hr",))
    operations.import_roster(roster(10_000), clock.now(), by_administrator=True)
    client = as_(open_app, hr)
    with count_statements() as seen:
        page = client.get("/people?sort=-job_role&q=given").text
    assert page.count('data-label="Name"') == 50
    assert len(seen) == 3


def test_a_persons_page_tells_the_line_above_and_the_team(open_app, count_statements):
    top = make_person(given_name="Tove", family_name="Top")
    middle = make_person(given_name="Mia", family_name="Middle", manager=top)
    leaf = make_person(given_name="Lee", family_name="Leaf", manager=middle)
    page = as_(open_app, middle).get(f"/people/{leaf.id}").text
    assert page.index("Tove Top") < page.index("Mia Middle", page.index("Tove Top"))
    assert f'href="/people/{middle.id}"' in page
    assert f'href="/people/{top.id}"' not in page  # above the supervisor: named, not opened
    own = as_(open_app, top).get(f"/people/{top.id}").text
    assert "Mia Middle" in own
    assert "2 with everyone below" in own
    client, path = as_(open_app, top), f"/people/{top.id}"
    counts = []
    for _ in range(2):
        with count_statements() as seen:
            client.get(path)
        counts.append(len(seen))
        for _ in range(30):
            make_person(manager=top)
    assert counts[0] == counts[1]


def test_hr_adds_a_person_below_a_supervisor_once(open_app):
    boss = make_person(email="boss@company.example")
    client = as_(open_app, make_person(roles=("hr",)))
    answer = client.post("/people/new", data=facts(manager="BOSS@company.example"))
    added = db.session.scalar(select(Person).where(Person.employee_id == "A1"))
    assert answer.location == f"/people/{added.id}"
    assert added.manager_id == boss.id
    assert added.hire_date.isoformat() == "2024-01-31"
    again = client.post("/people/new", data=facts(manager="boss@company.example"))
    assert again.status_code == 422
    assert "This employee id belongs to Ada Berg." in again.text
    assert "This e-mail address belongs to Ada Berg." in again.text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("email", "nonsense", "is not an e-mail address"),
        ("given_name", "  ", "Given name is empty"),
        ("hire_date", "31.1.2024", "date"),
        ("manager", "E404", "Nobody has this employee id"),
        ("department", "x" * 121, "120"),
        ("family_name", "a\x0bb", "not text"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_is_kept(open_app, field, value, says):
    client = as_(open_app, make_person(roles=("hr",)))
    answer = client.post("/people/new", data=facts(job_role="Kept", **{field: value}))
    assert answer.status_code == 422
    assert says in answer.text
    assert f'id="{field}-error"' in answer.text
    assert 'value="Kept"' in answer.text
    assert db.session.query(Person).count() == 1


def test_hr_edits_a_person_and_others_hear_of_it(open_app):
    heard = []
    bus.subscribe(open_app, PeopleChanged, heard.append)
    person = make_person()
    client = as_(open_app, make_person(roles=("hr",)))
    heard.clear()
    path = f"/people/{person.id}/edit"
    answer = client.post(path, data={**form_of(client, path), **facts(department="New", hire_date="")})
    assert answer.status_code == 303
    assert (person.department, person.hire_date, person.email) == ("New", None, "ada@company.example")
    assert {event.person_ids for event in heard} == {(person.id,)}


def test_a_circle_is_refused_at_the_supervisor_field_and_nothing_is_kept(open_app):
    boss = make_person(employee_id="B1", department="Before")
    make_person(employee_id="B2", manager=boss)
    client = as_(open_app, make_person(roles=("hr",)))
    path = f"/people/{boss.id}/edit"
    answer = client.post(path, data={**form_of(client, path), **facts(manager="B2", department="After")})
    assert answer.status_code == 422
    assert "would go in a circle" in answer.text
    assert 'id="manager-error"' in answer.text
    assert boss.department == "Before"


def test_of_two_tabs_the_second_is_told_and_keeps_what_was_typed(open_app):
    person = make_person()
    client = as_(open_app, make_person(roles=("hr",)))
    path = f"/people/{person.id}/edit"
    mark = form_of(client, path)
    assert client.post(path, data={**mark, **facts(department="First")}).status_code == 303
    second = client.post(path, data={**mark, **facts(department="Second")})
    assert second.status_code == 409
    assert "while you had this page open" in second.text
    assert 'value="Second"' in second.text
    assert person.department == "First"
    fresh = second.text.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    assert client.post(path, data={"seen": fresh, **facts(department="Second")}).status_code == 303
    assert person.department == "Second"


def test_only_an_administrator_gives_roles(open_app):
    person, admin = make_person(), make_person(roles=("administrator",))
    hr = make_person(roles=("hr",))
    path = f"/people/{person.id}/edit"
    client = as_(open_app, hr)
    assert 'name="roles"' not in client.get(path).text
    data = {**form_of(client, path), **facts(), "roles": ["administrator"]}
    assert client.post(path, data=data).status_code == 303
    assert db.session.execute(select_roles(person)).all() == []
    client = as_(open_app, admin)
    data = {**form_of(client, path), **facts(), "roles": ["hr", "champion"]}
    assert client.post(path, data=data).status_code == 303
    assert {grant for (grant,) in db.session.execute(select_roles(person))} == {"hr", "champion"}
    forged = {**form_of(client, path), **facts(), "roles": ["emperor"]}
    assert client.post(path, data=forged).status_code == 422


def select_roles(person):
    return select(PersonRole.role).where(PersonRole.person_id == person.id)


def test_hr_gives_no_role_when_adding_a_person(open_app):
    client = as_(open_app, make_person(roles=("hr",)))
    client.post("/people/new", data=facts(roles=["administrator"]))
    added = db.session.scalar(select(Person).where(Person.employee_id == "A1"))
    assert db.session.execute(select_roles(added)).all() == []


def test_hr_does_not_change_an_administrator(open_app):
    admin = make_person(roles=("administrator",))
    client = as_(open_app, make_person(roles=("hr",)))
    assert client.get(f"/people/{admin.id}").status_code == 200
    for action in ("edit", "deactivate", "reactivate", "invite"):
        assert client.post(f"/people/{admin.id}/{action}", data=facts()).status_code == 403
    assert db.session.query(AccessLink).count() == 0


def test_the_last_administrator_stays_one(open_app):
    admin = make_person(roles=("administrator",))
    with pytest.raises(Invalid):
        operations.set_roles(admin, [], clock.now())
    with pytest.raises(Invalid):
        operations.deactivate(admin, clock.now())
    client = as_(open_app, admin)
    path = f"/people/{admin.id}/edit"
    answer = client.post(path, data={**form_of(client, path), **facts()})
    assert answer.status_code == 422
    assert "is the only administrator" in answer.text
    assert client.post(f"/people/{admin.id}/deactivate").status_code == 403  # nobody deactivates themselves


def test_leaving_and_coming_back(open_app):
    person = make_supervisor(2, given_name="Nina")
    operations.set_password(person, PASSWORD, clock.now())
    client = as_(open_app, make_person(roles=("hr",)))
    path = f"/people/{person.id}"
    asked = client.get(f"{path}/deactivate").text
    assert "2 people report to Nina" in asked
    for _ in range(2):  # a double click
        assert client.post(f"{path}/deactivate").status_code == 303
    assert not person.active
    assert operations.authenticate(person.email, PASSWORD) is None
    assert "Nina has left" in client.get(path).text
    for _ in range(2):
        assert client.post(f"{path}/reactivate").status_code == 303
    assert operations.authenticate(person.email, PASSWORD) is not None


def test_a_person_is_invited_from_their_page(open_app):
    person = make_person()
    client = as_(open_app, make_person(roles=("hr",)))
    assert client.post(f"/people/{person.id}/invite").status_code == 303
    assert db.session.scalar(select(AccessLink.purpose)) == "invitation"
    operations.deactivate(person, clock.now())
    assert client.post(f"/people/{person.id}/invite").status_code == 409


@pytest.mark.parametrize("sort", ["name", "department", "location", "job_role"])
def test_every_sort_has_an_index_in_its_order(app, sort):
    operations.import_roster(roster(3000), clock.now(), by_administrator=True)
    columns = ", ".join(column.key for column in queries.SORTS[sort].columns)
    statement = text("EXPLAIN QUERY PLAN SELECT id FROM person ORDER BY " + columns)  # noqa: S608 - our own names
    plan = db.session.execute(statement).all()
    assert "USING INDEX" in plan[0][3] or "COVERING INDEX" in plan[0][3]
    assert not any("TEMP B-TREE" in row[3] for row in plan)
