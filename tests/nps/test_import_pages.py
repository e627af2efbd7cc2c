"""A file of responses by page: handed in, its columns named, looked at, confirmed, carried out by a worker."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from app.core import clock
from app.core.db import db, writing
from app.core.jobs import jobs_of
from app.nps import importing, jobs, portions, uploads
from app.nps.models import Driver, ImportRun, Mapping, Response
from app.nps.operations import runs
from tests.factories import make_person, make_supervisor, sign_in

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of operations.
pytestmark = pytest.mark.sqlite_only

HEADERS = (
    ("StartDate", "Start Date", "startDate"),
    ("Status", "Response Type", "status"),
    ("Finished", "Finished", "finished"),
    ("ResponseId", "Response ID", "_recordId"),
    ("RecordedDate", "Recorded Date", "recordedDate"),
    ("Q1", "How likely are you to recommend us?", "QID1"),
    ("Q1_NPS_GROUP", "Group", "QID1_G"),
    ("Q2_1", "Ease of reaching us", "QID2"),
    ("Q_Comment", "Why?", "QID3"),
    ("EmployeeID", "EmployeeID", "EmployeeID"),
    ("Region", "Region", "Region"),
)
LINES = """\
2026-03-01 09:00:00,0,1,R_1,2026-03-01 09:05:00,10,Promoter,5,Very kind,AGENT1,North
2026-03-01 10:00:00,0,1,R_2,2026-03-01 10:05:00,3,Detractor,2,"Waited, long",AGENT1,South
2026-03-01 11:00:00,0,1,R_3,2026-03-01 11:05:00,11,Promoter,4,,AGENT1,North
2026-03-01 12:00:00,0,1,R_4,2026-03-01 12:05:00,8,Passive,,,NOBODY,North
2026-03-01 13:00:00,1,1,R_5,2026-03-01 13:05:00,9,Promoter,,a test,AGENT1,North
"""
IDS = [f'"{{""ImportId"":""{name}"",""timeZone"":""Europe/Berlin""}}"' for _, _, name in HEADERS]
QUALTRICS = "\n".join([*(",".join(header[i] for header in HEADERS) for i in (0, 1)), ",".join(IDS), LINES])
PLAIN = "external_id,score,responded_at\na1,9,2026-03-01T10:00:00Z\na2,2,2026-03-02T10:00:00Z\n"


@pytest.fixture
def client(app):
    """A champion's browser."""
    return sign_in(app.test_client(), make_person(roles=("champion",)))


def token_in(html):
    return re.search(r'name="csrf_token" value="([^"]+)"', html)[1]


def hand_in(client, content, name="march.csv", **kwargs):
    data = content.encode() if isinstance(content, str) else content
    fields = {"csrf_token": token_in(client.get("/nps/import").text), "file": (io.BytesIO(data), name)}
    return client.post("/nps/import", data=fields, content_type="multipart/form-data", **kwargs)


def fields_of(html):
    """What a browser would send of the page's last form, as it is filled in."""
    form = html[html.rindex("<form", 0, html.index('id="columns-title"')) :]
    found = MultiDict()
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found.add(name[1], value[1] if value else "")
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found.add(name, chosen[1] if chosen else re.search(r'value="([^"]*)"', options)[1])
    return found


def choose(client, page, **changes):
    fields = fields_of(client.get(page).text)
    for name, value in changes.items():
        fields[name.replace("__", "-")] = value
    return client.post(page, data=fields)


def confirm(client, page):
    return client.post(f"{page}/confirm", data={"csrf_token": token_in(client.get(f"{page}/preview").text)})


def upload(client, content=PLAIN, **values):
    """Hand a file in; its page."""
    answer = hand_in(client, content, **values)
    assert answer.status_code == 303, answer.text
    return answer.location


def the_run():
    db.session.rollback()
    return db.session.scalars(select(ImportRun)).one()


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def put_off(app, monkeypatch):
    """Nobody wakes the worker: the file waits."""
    monkeypatch.setattr(jobs_of(app), "wake", lambda _name: None)


def test_a_qualtrics_export_goes_all_the_way(client):
    make_person(employee_id="AGENT1")
    page = upload(client, QUALTRICS)
    html = client.get(page).text
    assert "11 columns" in html
    fields = fields_of(html)
    assert (fields["columns-3-use"], fields["columns-5-use"], fields["columns-6-use"]) == ("external_id", "score", "")
    assert (fields["header_rows"], fields["source"]) == ("3", "qualtrics")
    assert fields["columns-7-called"] == "Ease of reaching us"
    changes = {"columns__7__use": "driver-1-5", "columns__10__use": "segment", "columns__10__called": "Region"}
    assert "Give yours another name" in choose(client, page, **changes).text
    answer = choose(client, page, **changes, name="Qualtrics with ease")
    assert (answer.status_code, answer.location) == (303, f"{page}/preview")
    preview = client.get(answer.location).text
    assert "2 lines of the first 5 would be refused" in preview
    assert "Would be added" in preview
    assert "Left out" in preview
    assert "Ease of reaching us: 5" in preview
    assert "“11” is not a whole number from 0 to 10" in preview
    assert "NOBODY" in preview
    assert count(Response) == 0
    assert confirm(client, page).location == page
    done = client.get(page).text
    assert "The file is imported" in done
    assert "2 lines were refused" in done
    assert the_run().counts == {"added": 2, "refused": 2, "left_out": 1}
    assert count(Response) == 2
    assert db.session.scalars(select(Driver.name)).all() == ["Ease of reaching us"]
    assert db.session.scalars(select(Mapping.slug)).all() == ["qualtrics-with-ease"]
    rejects = client.get(f"{page}/rejects.csv")
    assert rejects.headers["Content-Disposition"] == "attachment; filename=march.refused.csv"
    assert "R_3" in rejects.text
    assert "R_4" in rejects.text
    assert "R_1" not in rejects.text
    rejects.close()


def test_the_mended_file_of_refused_lines_is_read_by_the_same_mapping(client):
    make_person(employee_id="AGENT1")
    page = upload(client, QUALTRICS)
    choose(client, page, name="Ours")
    with_refused = confirm(client, page).location
    refused = client.get(f"{with_refused}/rejects.csv")
    mended = refused.text.replace(",11,Promoter", ",10,Promoter").replace("NOBODY", "AGENT1")
    refused.close()
    again = upload(client, mended, name="mended.csv")
    assert choose(client, f"{again}?mapping=ours").status_code == 303
    confirm(client, again)
    assert count(Response) == 4
    assert "2</dd>" in client.get(again).text


def test_a_file_in_the_plain_format_needs_no_choice(client):
    page = upload(client)
    assert choose(client, page).status_code == 303
    confirm(client, page)
    assert (the_run().state, count(Response)) == ("done", 2)
    assert count(Mapping) == 0  # it comes with Uplift


def test_the_same_file_again_changes_nothing(client):
    for _ in range(2):
        page = upload(client)
        choose(client, page)
        confirm(client, page)
    assert count(Response) == 2
    assert "<dt>unchanged</dt><dd>2</dd>" in client.get(page).text


def test_a_double_click_hands_in_one_file(client):
    assert upload(client) == upload(client)
    assert count(ImportRun) == 1


def test_confirming_twice_imports_once(app, client, monkeypatch):
    put_off(app, monkeypatch)
    page = upload(client)
    choose(client, page)
    fields = {"csrf_token": token_in(client.get(f"{page}/preview").text)}
    answers = [client.post(f"{page}/confirm", data=fields) for _ in range(2)]
    assert [answer.location for answer in answers] == [page, page]
    assert "The file waits for its turn" in client.get(page).text
    jobs_of(app).run("nps-imports")
    assert client.post(f"{page}/confirm", data=fields).location == page
    jobs_of(app).run("nps-imports")
    assert (the_run().counts["added"], count(Response)) == (2, 2)


def test_columns_can_not_be_changed_any_more_once_it_is_confirmed(app, client, monkeypatch):
    put_off(app, monkeypatch)
    page = upload(client)
    fields = fields_of(client.get(page).text)
    client.post(page, data=fields)
    confirm(client, page)
    assert client.post(page, data=fields).status_code == 409
    assert client.get(f"{page}/preview").location == page


def test_what_no_worker_finished_another_one_does_and_every_line_is_there_once(app, client, monkeypatch):
    put_off(app, monkeypatch)
    monkeypatch.setattr(importing, "BATCH_ROWS", 1)
    monkeypatch.setattr(portions, "ROWS", 1)
    page = upload(client)
    choose(client, page)
    confirm(client, page)
    with writing():
        run = runs.lease_run(clock.now())
        db.session.commit()
        steps = importing.import_file(
            uploads.path_of(run.token),
            jobs.ResponseMapping.model_validate(run.mapping),
            clock.now(),
            rejects=uploads.rejects_of(run.token),
        )
        next(step for step in steps if step.counts.total())
        db.session.commit()
    steps.close()  # the worker dies after its first batch
    assert (count(Response), the_run().state) == (1, "running")
    db.session.rollback()
    assert "is being imported" in client.get(page).text
    jobs_of(app).run("nps-imports")
    assert the_run().state == "running"  # it could be alive
    later = clock.now() + runs.LEASE + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    db.session.rollback()
    jobs_of(app).run("nps-imports")
    assert (the_run().state, count(Response)) == ("done", 2)


def test_an_import_that_stops_says_why_and_can_begin_anew(client):
    page = upload(client, PLAIN + "".join(f"b{i},9,2026-03-01\n" for i in range(1_100)) + 'c1,9,"2026-03-01\n')
    choose(client, page)
    confirm(client, page)
    html = client.get(page).text
    assert "The import stopped" in html
    assert "line 1104" in html
    assert "Often a quotation mark has no partner" in html
    again = f"{page}?columns=1"
    assert again.removeprefix(page) in html
    assert choose(client, again).location == f"{page}/preview"


EXCEL = b"PK\x03\x04" + b"\0" * 60
BAD_FILES = {
    "nothing chosen": (b"", "", "Choose a file."),
    "empty": (b"", "a.csv", "The file is empty."),
    "an Excel file": (EXCEL, "a.xlsx", "This is an Excel workbook."),
    "prose": (b"Dear all,\nsee below.\n", "a.txt", "This is no table of responses"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "a.png", "The file is not in UTF-8"),
    "a header alone": (b"a,b,c\n", "a.csv", "There is nothing below the first line"),
    "too many columns": (b",".join(b"c%d" % i for i in range(401)) + b"\n1\n", "a.csv", "The file has 401 columns"),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_file_that_is_no_table_is_refused_at_the_field_and_not_kept(app, client, what):
    content, name, said = BAD_FILES[what]
    answer = hand_in(client, content, name)
    assert answer.status_code == 422
    assert said in answer.text.partition('id="file-error"')[2].partition("</p>")[0]
    assert count(ImportRun) == 0
    assert not list(uploads.path_of("none").parent.iterdir())


def test_a_file_that_is_too_large_gets_a_page_that_says_so(app, client):
    app.config["MAX_CONTENT_LENGTH"] = 1_000
    fields = {"file": (io.BytesIO(b"x" * 2_000), "a.csv")}
    answer = client.post("/nps/import", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "That is more than this page takes" in answer.text


def test_four_hundred_columns_can_be_named(client):
    names = ",".join(["external_id", "score", "responded_at", *(f"c{i}" for i in range(397))])
    page = upload(client, f"{names}\na,9,2026-03-01{',' * 397}\n")
    assert choose(client, page, name="Wide", source="wide").status_code == 303


def test_a_column_that_is_there_twice_is_named_when_it_is_used(client):
    page = upload(client, "id,score,score,date\n1,9,9,2026-03-01\n")
    answer = choose(client, page, name="Twice", source="twice")
    assert answer.status_code == 422
    assert "There are two columns “score”" in answer.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"columns__0__use": ""}, "No column is the response’s id yet."),
        ({"columns__3__use": "score"}, "Two columns are “Score from 0 to 10 (needed)”: score and team."),
        ({"source": "Our Tool"}, "Use small letters, digits and single hyphens."),
        ({"name": ""}, "Give it a name"),
        ({"time_zone": "Mars/Base"}, "there is no time zone"),
        ({"header_rows": "2"}, "Set the number of header rows to 1."),
        ({"columns__3__use": "driver-1-5", "columns__3__called": "x" * 81}, "“team”: At most 80 characters."),
        ({"columns__3__use": "segment", "columns__3__called": "x" * 60}, "50 characters"),
    ],
)
def test_what_is_wrong_with_the_choice_is_said(client, changes, said):
    page = upload(client, "external_id,score,responded_at,team\na1,9,2026-03-01,A\na2,9,2026-03-01,B\n")
    answer = choose(client, page, **{"name": "Ours", "source": "ours", **changes})
    assert answer.status_code == 422
    assert said in answer.text
    assert the_run().mapping is None


def test_a_file_of_older_excel_is_recognised(client):
    page = upload(client, "id;score;date;comment\n1;9;2026-03-01;schön\n".encode("cp1252"))
    assert fields_of(client.get(page).text)["encoding"] == "windows-1252"
    choose(client, page, name="Old", source="old")
    confirm(client, page)
    assert db.session.scalar(select(Response.comment)) == "schön"


def test_what_a_file_holds_is_shown_as_text(client):
    page = upload(client, "id,score,date,<b>x\n1,9,2026-03-01,<script>alert(1)</script>\n", name="<i>.csv")
    html = client.get(page).text
    assert "<script>alert" not in html
    assert "<b>x" not in html
    assert "<i>.csv" not in html
    assert "&lt;script&gt;alert(1)" in html


def routes_of(page):
    got = [("GET", f"{page}{rest}") for rest in ("", "/preview", "/rejects.csv")]
    return [*got, ("POST", page), ("POST", f"{page}/confirm")]


def test_a_file_is_its_uploaders_alone(app, client):
    page = upload(client)
    choose(client, page)
    other = sign_in(app.test_client(), make_person(roles=("champion",)))
    app.config["WTF_CSRF_ENABLED"] = False
    for method, address in routes_of(page):
        assert other.open(address, method=method).status_code == 404, (method, address)
    assert "march.csv" not in other.get("/nps/import").text
    assert "march.csv" in client.get("/nps/import").text
    assert the_run().state == "mapping"


@pytest.mark.parametrize("who", ["employee", "supervisor", "hr", "executive"])
def test_the_pages_are_closed_to_everybody_else(app, client, who):
    page = upload(client)
    person = make_supervisor() if who == "supervisor" else make_person(roles=() if who == "employee" else (who,))
    other = sign_in(app.test_client(), person)
    app.config["WTF_CSRF_ENABLED"] = False
    routes = [("GET", "/nps/import"), ("POST", "/nps/import"), *routes_of(page)]
    assert [other.open(address, method=method).status_code for method, address in routes] == [403] * len(routes)


def test_a_file_whose_week_is_over_is_not_there(client):
    page = upload(client)
    uploads.path_of(the_run().token).unlink()
    assert "kept for a week" in client.get(page).text
    assert client.get(page).status_code == 404


def test_the_list_of_files_takes_the_same_few_statements_for_any_number(client, count_statements):
    upload(client)
    client.get("/nps/import")
    with count_statements() as few:
        client.get("/nps/import")
    for number in range(5):
        upload(client, name=f"f{number}.csv")
    with count_statements() as many:
        assert "f4.csv" in client.get("/nps/import").text
    assert len(few) == len(many)
