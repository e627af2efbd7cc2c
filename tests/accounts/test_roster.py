"""Rosters: what is read, what is refused and why, and what an import does to the people there are."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from app.accounts import operations, queries, rosters
from app.accounts.models import Person, PersonKey, ReportingLine
from app.accounts.rules import tree
from app.accounts.rules.roster import Outcome
from app.accounts.rules.roster_file import COLUMNS, RosterError, read
from app.core import bus, clock
from app.core.db import db
from app.events import PeopleChanged
from tests.bench.roster import roster as large_roster
from tests.factories import make_person, sign_in

HEADER = ",".join(COLUMNS)


def line(employee_id, manager="", **values):
    row = {
        "employee_id": employee_id,
        "email": f"{employee_id.lower()}@company.example",
        "given_name": "Given",
        "family_name": f"Family{employee_id}",
        "manager_employee_id": manager,
        "department": "Support",
        "location": "Berlin",
        "job_role": "Agent",
        "hire_date": "2024-02-29",
        "active": "true",
        **values,
    }
    return ",".join(row[column] for column in COLUMNS)


def csv_of(*lines, header=HEADER, end="\r\n"):
    return (end.join([header, *lines]) + end).encode()


def run(*lines, by_administrator=True):
    plan = operations.import_roster(csv_of(*lines), clock.now(), by_administrator=by_administrator)
    db.session.commit()
    return plan


def outcomes(plan):
    return [row.outcome.value for row in plan.judged]


def reasons(plan):
    return {row.line.number: row.reason for row in plan.judged if row.reason}


def person(employee_id):
    return db.session.scalar(select(Person).where(Person.employee_id == employee_id))


def check_closure():
    rows = db.session.execute(select(ReportingLine.ancestor_id, ReportingLine.descendant_id, ReportingLine.depth))
    people = db.session.execute(select(Person.id, Person.manager_id))
    assert {tuple(row) for row in rows} == tree.closure({row.id: row.manager_id for row in people})


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_files_of_every_usual_shape_are_read(end, delimiter, mark):
    data = csv_of(line("E1"), line("E2", "E1"), end=end).replace(b",", delimiter.encode())
    lines = read(mark + data)
    assert [(row.number, row.employee_id, row.manager, row.problem) for row in lines] == [
        (2, "E1", "", ""),
        (3, "E2", "E1", ""),
    ]


def test_columns_stand_in_any_order_and_case_and_values_may_be_quoted():
    header = ",".join(f'" {column.title()} "' for column in reversed(COLUMNS))
    cells = ["true", "", '"Agent, senior"', "Berlin", "Support", "", "Berg", "Ada", "ada@company.example", "E1"]
    (read_line,) = read(f"{header}\n{','.join(cells)}\n\n , \n".encode())[:1]
    assert read_line.values["job_role"] == "Agent, senior"
    assert read_line.hire_date is None
    assert not read_line.problem


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (HEADER.encode(), "no people"),
        (csv_of(line("E1", given_name="J\xfcrgen")).decode().encode("latin-1"), "not in UTF-8: line 2"),
        (csv_of(line("E1")).decode().encode("utf-16"), "not in UTF-8: line 1"),
        (csv_of(line("E1"), header=HEADER.replace("email,", "")), "Missing: email."),
        (csv_of(line("E1"), header=HEADER + ",shoe_size"), "Not known: shoe_size."),
        (csv_of(line("E1"), header=HEADER.replace("location", "department")), "There twice: department."),
        (csv_of(line("E1"), header="a|b"), "Missing: employee_id, email"),
        (csv_of(line("E1", given_name='"Ada')), "quotation mark"),
        (csv_of(line("E1"), header=HEADER + ","), "Not known: (no name)."),
    ],
)
def test_files_that_cannot_be_read_say_why(data, says):
    with pytest.raises(RosterError, match=re.escape(says)):
        read(data)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"email": "ada"}, "“ada” is not an e-mail address"),
        ({"email": ""}, "E-mail address is empty"),
        ({"given_name": " "}, "Given name is empty"),
        ({"family_name": "x" * 121}, "longer than 120"),
        ({"hire_date": "31.03.2026"}, "“31.03.2026” is not a date written as 2026-03-31"),
        ({"hire_date": "2026-02-30"}, "is not a date"),
        ({"hire_date": "20260331"}, "is not a date"),
        ({"hire_date": "0001-01-01"}, "is not a date"),
        ({"active": ""}, "Active is empty; write true or false"),
        ({"active": "maybe"}, "Active is “maybe”"),
        ({"department": "a\x00b"}, "not text"),
        ({"department": '"a\nb"'}, "line break"),
        ({"location": "Berlin,extra"}, "It has 11 values, and the header names 10 columns"),
    ],
)
def test_lines_that_cannot_be_taken_say_why_and_the_others_are_taken(app, bad, says):
    plan = run(line("E1", **bad), line("E2"))
    assert outcomes(plan) == ["refused", "added"]
    assert says in plan.judged[0].reason
    assert db.session.scalars(select(Person.employee_id)).all() == ["E2"]


@pytest.mark.parametrize(("text", "active"), [("TRUE", True), ("yes", True), ("1", True), ("No", False), ("0", False)])
def test_active_is_said_in_several_ways(text, active):
    assert read(csv_of(line("E1", active=text)))[0].active is active


WRONG = [
    ("the same employee id", [line("E1"), line("E1", email="x@b.example"), line("E2")], {2: "line 3", 3: "line 2"}),
    ("the same address", [line("E1"), line("E2", email="E1@company.example"), line("E3")], {2: "line 3", 3: "line 2"}),
    ("an unknown supervisor", [line("E1"), line("E2", "E9")], {3: "Nobody has the employee id E9"}),
    ("a supervisor who is refused", [line("E1", email="x"), line("E2", "E1"), line("E3", "E2"), line("E4")],
     {2: "not an e-mail", 3: "line 2, which is refused", 4: "line 3, which is refused"}),
    ("one's own supervisor", [line("E1", "E1"), line("E2")], {2: "reports to themselves"}),
    ("a circle", [line("E1", "E3"), line("E2", "E1"), line("E3", "E2"), line("E4")],
     {2: "Given FamilyE1 → Given FamilyE3 → Given FamilyE2 → Given FamilyE1", 3: "circle", 4: "circle"}),
    ("below a circle", [line("E1", "E2"), line("E2", "E1"), line("E3", "E2"), line("E4")],
     {2: "circle", 3: "circle", 4: "which is refused"}),
    ("a sorting slip", [line("E1"), *(line(f"E{n}", f"E{n - 1}") for n in range(2, 104))],
     {103: "More than 100", 104: "More than 100"}),
]  # fmt: skip


@pytest.mark.sqlite_only  # a plan reads no more than who is there
@pytest.mark.parametrize(("lines", "refused"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_wrong_rosters_are_refused_line_by_line(app, lines, refused):
    plan = run(*lines)
    assert set(reasons(plan)) == set(refused)
    for number, says in refused.items():
        assert says in reasons(plan)[number]
    assert db.session.query(Person).count() == len(lines) - len(refused)
    check_closure()


def test_an_address_of_another_person_is_refused_unless_they_let_go_of_it(app):
    run(line("E1"), line("E2"), line("E3"))
    plan = run(line("E9", email="e3@company.example"), line("E1", email="e2@company.example"))
    assert "belongs to Given FamilyE3 (employee id E3)" in reasons(plan)[2]
    assert "belongs to Given FamilyE2" in reasons(plan)[3]
    swap = run(line("E1", email="e2@company.example"), line("E2", email="e1@company.example"))
    assert outcomes(swap) == ["changed", "changed"]
    assert (person("E1").email, person("E2").email) == ("e2@company.example", "e1@company.example")


def test_the_report_names_what_changes_and_the_same_file_again_changes_nothing(app):
    run(line("E1"), line("E2"), line("E3", "E1"))
    lines = [line("E1"), line("E2", department="Sales", hire_date=""), line("E3", "E2", active="false")]
    plan = run(*lines)
    assert outcomes(plan) == ["unchanged", "changed", "changed"]
    assert [(c.field, c.before, c.after) for c in plan.judged[1].changes] == [
        ("department", "Support", "Sales"),
        ("hire_date", "2024-02-29", ""),
    ]
    assert [(c.field, c.before, c.after) for c in plan.judged[2].changes] == [
        ("active", "yes", "no"),
        ("manager", "E1", "E2"),
    ]
    assert plan.leaving == 1
    check_closure()
    again = run(*lines)
    assert again.changes_nothing
    assert outcomes(again) == ["unchanged"] * 3


def test_a_dry_run_writes_nothing(app):
    plan = operations.plan_roster(csv_of(line("E1")), by_administrator=True)
    assert outcomes(plan) == ["added"]
    assert db.session.query(Person).count() == 0


def test_leavers_are_deactivated_and_people_who_are_absent_left_alone(app):
    run(line("E1"), line("E2"))
    epoch = person("E1").session_epoch
    run(line("E1", active="no"))
    assert not person("E1").active
    assert person("E1").session_epoch == epoch + 1
    assert person("E2").active


@pytest.mark.parametrize("few", [0, 300])
def test_two_people_who_change_places_are_moved_whether_few_or_many(app, monkeypatch, few):
    monkeypatch.setattr("app.accounts.operations.roster._FEW_MOVES", few)
    run(line("E1"), line("E2", "E1"), line("E3", "E2"), line("E4", "E3"))
    run(line("E1", "E2"), line("E2"), line("E5", "E4"), line("E4", "E1"))
    check_closure()
    assert queries.is_below(person("E2").id, person("E5").id)


def test_people_are_found_by_their_new_name(app):
    run(line("E1", family_name="Berg"))
    run(line("E1", family_name="Müller"))
    keys = set(db.session.scalars(select(PersonKey.key)))
    assert "muller" in keys
    assert "berg" not in keys


def test_listeners_hear_once_naming_few_people_and_nobody_when_many(app, monkeypatch):
    heard = []
    bus.subscribe(app, PeopleChanged, heard.append)
    run(line("E1"), line("E2"))
    assert [len(event.person_ids) for event in heard] == [2]
    run(*(line(f"X{number}") for number in range(101)))
    assert heard[-1].person_ids == ()
    run(line("E1"))
    assert len(heard) == 2


def test_a_roster_does_not_lock_out_administrators_nor_take_their_address(app):
    make_person(
        employee_id="A1",
        email="a1@company.example",
        given_name="Given",
        family_name="FamilyA1",
        roles=("administrator",),
    )
    leaving = run(line("A1", active="false"))
    assert "administers Uplift" in reasons(leaving)[2]
    stolen = run(line("A1", email="evil@company.example"), by_administrator=False)
    assert "only an administrator" in reasons(stolen)[2]
    assert outcomes(run(line("A1", email="new@company.example"))) == ["changed"]


def test_a_large_roster_takes_few_statements(app, count_statements):
    with count_statements() as seen:
        plan = operations.import_roster(large_roster(2000), clock.now(), by_administrator=True)
    assert plan.counts[Outcome.ADDED] == 2000
    assert len(seen) < 25
    check_closure()


# The pages


@pytest.fixture
def open_app(fresh_app):
    built = fresh_app("migrated", WTF_CSRF_ENABLED=False)
    with built.app_context():
        yield built


@pytest.fixture
def hr(open_app):
    return sign_in(open_app.test_client(), make_person(roles=("hr",)))


def upload(client, data):
    return client.post("/people/import", data={"file": (BytesIO(data), "roster.csv")})


def test_a_roster_is_looked_at_confirmed_and_its_people_invited(open_app, hr):
    answer = upload(hr, csv_of(line("E1"), line("E2", "E9")))
    assert answer.status_code == 303
    path = answer.location
    preview = hr.get(path).text
    assert "Nothing has been changed so far" in preview
    assert preview.index("Nobody has the employee id E9") < preview.index("FamilyE1")  # refused ones come first
    assert "Import 1 line" in preview
    assert person("E1") is None
    assert hr.post(path).location == path
    assert person("E1").active
    result = hr.get(path).text
    assert "The roster is imported" in result
    assert "Invite 1 added person" in result
    assert hr.post(path + "/invite").status_code == 303
    assert "1 person will get an invitation" in hr.get(path).text
    hr.post(path + "/invite")
    assert "Everyone has been invited already" in hr.get(path).text


def test_confirming_twice_is_harmless(open_app, hr):
    path = upload(hr, csv_of(line("E1"))).location
    assert [hr.post(path).status_code for _ in range(2)] == [303, 303]
    assert db.session.query(Person).filter_by(employee_id="E1").count() == 1
    assert "1 line was applied" in hr.get(path).text


def test_a_file_is_compared_anew_when_people_changed_before_the_confirmation(open_app, hr):
    path = upload(hr, csv_of(line("E1"), line("E2"))).location
    make_person(employee_id="E1", email="e1@company.example")
    assert hr.post(path).location == path
    page = hr.get(path).text
    assert "Below is the comparison as of now" in page
    assert person("E2") is None
    assert "Family name: Tester" in page
    hr.post(path)
    assert person("E2").active


def test_an_upload_is_its_owners_alone(open_app, hr):
    path = upload(hr, csv_of(line("E1"))).location
    other = sign_in(open_app.test_client(), make_person(roles=("hr",)))
    assert other.get(path).status_code == 404
    assert other.post(path).status_code == 404
    assert other.post(path + "/invite").status_code == 404
    assert person("E1") is None


@pytest.mark.parametrize("token", ["x", "..", "a" * 22, "%2e%2e%2fsecret_key"])
def test_made_up_tokens_lead_nowhere(hr, token):
    assert hr.get(f"/people/import/{token}").status_code == 404


def test_an_unreadable_file_is_explained_on_the_page(hr):
    answer = upload(hr, b"\xff\xfe\x00")
    assert answer.status_code == 422
    assert "not in UTF-8" in answer.text
    assert upload(hr, b"").status_code == 422
    assert hr.post("/people/import").status_code == 422


def test_lines_are_filtered_and_paged(open_app, hr):
    data = csv_of(*(line(f"E{number}") for number in range(150)), line("bad", email="x"))
    path = upload(hr, data).location
    assert hr.get(path).text.count('data-label="Outcome"') == 100
    assert hr.get(path + "?page=2").text.count('data-label="Outcome"') == 51
    assert hr.get(path + "?show=refused").text.count('data-label="Outcome"') == 1
    assert hr.get(path + "?page=99&show=nonsense").status_code == 200
    assert hr.get(path + "?page=x").status_code == 200


def test_old_files_are_not_kept(open_app, hr, monkeypatch):
    path = upload(hr, csv_of(line("E1"))).location
    monkeypatch.setattr(rosters, "KEPT_SECONDS", -1)
    upload(hr, csv_of(line("E2")))
    assert hr.get(path).status_code == 404
    assert hr.post(path).status_code == 404


def test_what_a_file_says_is_text_on_the_page(hr):
    path = upload(hr, csv_of(line("E1", given_name="<script>alert(1)</script>"))).location
    assert "<script>alert" not in hr.get(path).text


def test_only_those_who_edit_people_import(open_app):
    plain = sign_in(open_app.test_client(), make_person())
    champion = sign_in(open_app.test_client(), make_person(roles=("champion",)))
    for client in (plain, champion):
        assert client.get("/people/import").status_code == 403
        assert upload(client, csv_of(line("E1"))).status_code == 403
    assert open_app.test_client().get("/people/import").status_code == 302


# The command line


def test_the_command_reports_applies_and_says_when_lines_were_refused(app, tmp_path):
    path = tmp_path / "roster.csv"
    path.write_bytes(csv_of(line("E1"), line("E2", "E9")))
    runner = app.test_cli_runner()
    dry = runner.invoke(args=["accounts", "import-roster", str(path), "--dry-run"])
    assert dry.exit_code == 1
    assert "line 2: added E1" in dry.output
    assert "line 3: refused E2: Nobody has the employee id E9" in dry.output
    assert db.session.query(Person).count() == 0
    db.session.commit()
    assert "1 refused, 1 added" in runner.invoke(args=["accounts", "import-roster", str(path)]).output
    assert db.session.query(Person).count() == 1
    db.session.commit()
    path.write_bytes(csv_of(line("E1")))
    again = runner.invoke(args=["accounts", "import-roster", str(path)])
    assert (again.exit_code, "1 unchanged" in again.output) == (0, True)
    path.write_bytes(b"nonsense")
    assert runner.invoke(args=["accounts", "import-roster", str(path)]).exit_code == 1


def test_the_first_administrator_gets_a_link_that_works_once(open_app):
    runner = open_app.test_cli_runner()
    for _ in range(2):  # again: a new link for the same person
        made = runner.invoke(args=["accounts", "add-administrator", "Root@company.example"])
        assert made.exit_code == 0, made.output
    assert db.session.query(Person).count() == 1
    path = re.search(r"http://127\.0\.0\.1:8000(/invitation/\S+)", made.output).group(1)
    form = {"password": "a long enough phrase", "repeated": "a long enough phrase"}
    client = open_app.test_client()
    assert client.post(path, data=form).status_code == 303
    assert client.get("/people").status_code == 200
    assert client.post(path, data=form).status_code == 410
    assert runner.invoke(args=["accounts", "add-administrator", "nonsense"]).exit_code == 1
