"""The pivot: its figures against a plain recount of the responses, whose they are, and what they cost."""

import csv
import io
import random
import re
from collections import defaultdict
from datetime import date, timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.operations import set_manager
from app.core import clock
from app.core.db import db, writing
from app.nps import operations
from app.nps.models import Label
from app.nps.queries import pivot as queries
from app.nps.queries import subjects
from app.nps.queries.pivot import BROADEST, Asked, TooBroad
from app.nps.rules import Counts, adding_up, count_bands, named, score, whole_score
from app.nps.rules.pivoting import row_of
from tests.factories import make_person, sign_in
from tests.nps.build import given, keep

PAGE, FILE = "/nps/pivot", "/nps/pivot.csv"
QUARTER = "2026-Q3"
VALUES = {
    "touchpoint": ["Phone", "Store", "Delivery", ""],
    "channel": ["Chat", "E-mail", "Voice", ""],
    "survey": ["Relationship", "After the call"],
    "tier": ["Gold", "Silver", ""],
    "department": ["Support", "Sales", ""],
}


def planted(responses):
    """Recorded, committed, and handed back."""
    keep(*responses)
    return responses


def scattered(count, people=(), seed=1, first=date(2026, 5, 20)):
    """Responses with random labels, from May to October 2026."""
    random.seed(seed)
    return [
        given(
            random.randint(0, 10),
            day=first + timedelta(days=random.randrange(150)),
            person=random.choice(people) if people else None,
            segments={"Region": random.choice(["North", "South"])} if random.random() < 0.8 else {},
            **{key: random.choice(values) for key, values in VALUES.items()},
        )
        for _ in range(count)
    ]


def value_of(response, key):
    return response.segments.get("Region", "") if key == "segment.region" else getattr(response, key)


def recounted(responses, rows, columns, period):
    """Counts by the names of row and column, straight from what was given."""
    scores = defaultdict(list)
    for one in responses:
        if one.responded_at.date() in period:
            scores[value_of(one, rows), value_of(one, columns) if columns else ""].append(one.score)
    return {place: count_bands(found) for place, found in scores.items()}


def asked_by(subject, rows, columns, period=QUARTER):
    splits = {split.key: split for split in queries.splits(subject)}
    return Asked(subject, named(period, date(2026, 10, 3)), splits[rows], splits[columns] if columns else None)


def counted(asked):
    """All cells by name; "" is what is not given."""
    cells = {}
    for part in queries.whole_pivot(asked):
        for row in part.found.rows:
            for column, counts in row_of(part.found, row).items():
                if counts.n and column != "all":
                    cells[part.names[row], part.column_names.get(column, "")] = counts
    return cells


def shown(response):
    """The table of a page: texts of its cells by the names of row and column."""
    text = re.sub(r'<span class="visually-hidden">[^<]*: </span>', "", response.text)
    head = [_plain(cell) for cell in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', text, re.S)][1:]
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', text, re.S)
    return {
        (_plain(name), column): _plain(cell)
        for name, cells in rows
        for column, cell in zip(head, re.findall(r"<td[^>]*>(.*?)</td>", cells, re.S), strict=True)
    }


def _plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def file_of(response):
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))


def label_id(name):
    return db.session.scalars(select(Label.id).where(Label.name == name)).one()


@pytest.fixture
def champion(app):
    return sign_in(app.test_client(), make_person(roles=("champion",)))


DIMENSIONS = [*VALUES, "segment.region"]


class TestFigures:
    def test_of_the_company_they_equal_a_recount_for_every_two_dimensions(self, app):
        responses = planted(scattered(600))
        company = subjects.company()
        for rows, columns in permutations(DIMENSIONS, 2):
            asked = asked_by(company, rows, columns)
            expected = recounted(responses, rows, columns, asked.period)
            expected = {place: counts for place, counts in expected.items() if place[0]}
            assert counted(asked) == expected, f"{rows} by {columns}"

    def test_of_the_people_below_someone_they_equal_a_recount(self, app):
        lead = make_person()
        team = [make_person(manager=lead), make_person(manager=make_person(manager=lead))]
        others = [make_person(), lead]
        responses = planted(scattered(400, [*team, *others]))
        own = {person.employee_id for person in team}
        responses = [one for one in responses if one.employee in own]
        for rows, columns in permutations([key for key in DIMENSIONS if key != "department"], 2):
            asked = asked_by(subjects.people_below(lead), rows, columns)
            expected = recounted(responses, rows, columns, asked.period)
            expected = {place: counts for place, counts in expected.items() if place[0]}
            assert counted(asked) == expected, f"{rows} by {columns}"

    @pytest.mark.parametrize("key", ["touchpoint", "segment.region"])
    def test_by_one_dimension_alone_they_are_the_whole_of_each_label(self, app, key):
        lead = make_person()
        responses = planted(scattered(200, [make_person(manager=lead)]))
        for subject in (subjects.company(), subjects.people_below(lead)):
            asked = asked_by(subject, key, None)
            expected = recounted(responses, key, None, asked.period)
            part = queries.pivot_page(asked, {})
            assert {part.names[row]: counts for row, counts in part.found.row_totals.items()} == {
                name: counts for (name, _), counts in expected.items() if name
            }
            assert part.found.whole == adding_up(expected.values())

    def test_a_corrected_response_moves_to_its_new_cell(self, app):
        first = given(10, day=date(2026, 7, 1), touchpoint="Phone", channel="Chat")
        planted([first])
        corrected = given(0, day=date(2026, 8, 1), touchpoint="Store", channel="Chat", external_id=first.external_id)
        with writing():
            operations.record(operations.source_named("tests", now=clock.now()), [corrected], clock.now())
            db.session.commit()
        assert counted(asked_by(subjects.company(), "touchpoint", "channel")) == {("Store", "Chat"): Counts(0, 0, 1)}

    def test_only_whole_months_of_the_period_count(self, app):
        days = [date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1)]
        lead = make_person()
        person = make_person(manager=lead)
        planted([given(10, day=day, person=person, touchpoint="Phone", channel="Chat") for day in days])
        for subject in (subjects.company(), subjects.people_below(lead)):
            assert counted(asked_by(subject, "touchpoint", "channel")) == {("Phone", "Chat"): Counts(2, 0, 0)}

    def test_at_the_ends_of_a_period_the_day_is_that_of_the_installation(self, fresh_app):
        app = fresh_app(TIME_ZONE="Pacific/Kiritimati")  # 14 hours ahead
        with app.app_context():
            lead = make_person()
            person = make_person(manager=lead)
            planted([given(10, day=date(2026, 6, 30), person=person, touchpoint="Phone", channel="Chat")])
            for subject in (subjects.company(), subjects.people_below(lead)):
                assert len(counted(asked_by(subject, "touchpoint", "channel"))) == 1


@pytest.mark.sqlite_only  # what pages show; what they read is asked of both engines above and below
class TestPage:
    def test_cells_tell_score_range_and_number_and_lead_to_their_responses(self, champion):
        day = date(2026, 8, 3)
        planted(
            [given(score, day=day, touchpoint="Phone", channel="Chat") for score in [10] * 50 + [8] * 30 + [3] * 20]
            + [given(3, day=day, touchpoint="Phone", channel="E-mail") for _ in range(12)]
            + [given(10, day=day, touchpoint="Store", channel="Chat")]
            + [given(3, day=day, touchpoint="Delivery", channel="Chat") for _ in range(40)]
        )
        page = champion.get(f"{PAGE}?period={QUARTER}")
        cells = shown(page)
        assert cells["Phone", "Chat"] == "30 14 to 44 100 responses ▲ above"
        assert cells["Phone", "E-mail"] == "12 responses: not enough"
        assert cells["Store", "Chat"] == "1 response: not enough"
        assert cells["Store", "E-mail"] == "– no responses"
        assert cells["All responses", "All responses"].endswith("153 responses")
        assert cells["Delivery", "Chat"] == "−100 −100 to −84 40 responses ▼ below"
        assert "1 cell is really above the rest and 1 cell is really below the rest." in page.text
        of = f"of=label%3A{label_id('Phone')}&amp;second=label%3A{label_id('Chat')}"
        assert f'href="/nps/comments?{of}&amp;period={QUARTER}&amp;comments=all"' in page.text
        assert f'<option selected value="{QUARTER}">July to September 2026</option>' in page.text

    def test_no_cell_with_too_few_responses_shows_a_score(self, champion):
        planted(scattered(700))
        few = 0
        for rows, columns in permutations(["touchpoint", "channel", "tier"], 2):
            for text in shown(champion.get(f"{PAGE}?rows={rows}&columns={columns}&period={QUARTER}")).values():
                if text.startswith("–"):
                    continue
                n = int(re.search(r"([\d,]+) responses?", text)[1].replace(",", ""))
                assert (" to " in text) == (n >= 30), text
                assert text.endswith(": not enough") == (n < 30), text
                few += n < 30
        assert few > 5

    def test_every_row_and_column_of_the_page_adds_up(self, champion):
        planted(scattered(300))
        cells = {
            place: int(found[1]) if (found := re.search(r"(\d+) response", text)) else 0
            for place, text in shown(champion.get(f"{PAGE}?period={QUARTER}")).items()
        }
        rows, columns = ({place[i] for place in cells} for i in (0, 1))
        assert "Not given" in rows & columns
        for row in rows:
            assert sum(cells[row, column] for column in columns - {"All responses"}) == cells[row, "All responses"]
        for column in columns:
            assert sum(cells[row, column] for row in rows - {"All responses"}) == cells["All responses", column]

    def test_more_columns_than_fit_are_summed_up_and_can_be_chosen(self, champion):
        day = date(2026, 8, 3)
        planted(
            [
                given(10, day=day, touchpoint="Phone", channel=f"C{number:02}")
                for number in range(1, 15)
                for _ in range(number)
            ]
        )
        page = champion.get(f"{PAGE}?period={QUARTER}")
        cells = shown(page)
        assert cells["Phone", "2 others"] == "3 responses: not enough"
        assert ("Phone", "C01") not in cells
        assert "Columns: 12 of 14" in page.text
        chosen = f"&shown={label_id('C01')}&shown={label_id('C14')}"
        cells = shown(champion.get(f"{PAGE}?period={QUARTER}{chosen}"))
        assert [column for row, column in cells if row == "Phone"] == ["C14", "C01", "12 others", "All responses"]

    def test_many_rows_come_by_name_fifty_a_page(self, champion):
        planted([given(10, day=date(2026, 8, 3), team=f"Team {i:03}", channel="Chat") for i in range(120)])
        seen, address = [], f"{PAGE}?rows=team&columns=channel&period={QUARTER}"
        for _ in range(3):
            page = champion.get(address)
            seen += [row for row, column in shown(page) if column == "Chat" and row != "All responses"]
            following = re.search(r'rel="next" href="([^"]+)"', page.text)
            address = PAGE + following[1].replace("&amp;", "&") if following else ""
        assert seen == [f"Team {i:03}" for i in range(120)]
        assert address == ""
        assert shown(page)["All responses", "Chat"].endswith("120 responses")

    def test_too_many_columns_are_offered_as_rows(self, champion):
        planted([given(10, day=date(2026, 8, 3), team=f"T{i}", channel="Chat") for i in range(BROADEST + 1)])
        page = champion.get(f"{PAGE}?rows=channel&columns=team")
        assert "Team has more than 200 values, too many to stand side by side" in page.text
        swapped = re.search(r'href="(\?[^"]*)">Swap rows and columns', page.text)[1].replace("&amp;", "&")
        assert len(shown(champion.get(PAGE + swapped))) > 50
        assert champion.get(f"{FILE}?rows=channel&columns=team").status_code == 422
        with pytest.raises(TooBroad):
            queries.whole_pivot(asked_by(subjects.company(), "channel", "team"))

    def test_without_responses_it_says_what_will_be_here(self, champion):
        page = champion.get(PAGE)
        assert page.status_code == 200
        assert "There is nothing to split yet" in page.text
        assert champion.get(FILE).status_code == 422

    def test_months_without_responses_say_so(self, champion):
        planted(scattered(5))
        assert "No responses in January 2020" in champion.get(f"{PAGE}?period=2020-01").text

    def test_where_nothing_can_be_compared_it_does_not_speak_of_chance(self, champion):
        day = date(2026, 8, 3)
        planted([given(10, day=day, touchpoint="Phone", channel="Chat") for _ in range(40)])
        assert "No cell can be compared with the rest yet" in champion.get(f"{PAGE}?period={QUARTER}").text
        planted([given(10, day=day, touchpoint="Store", channel="Chat") for _ in range(40)])
        page = champion.get(f"{PAGE}?period={QUARTER}")
        assert "No cell is really above or below the rest: what differs could well be chance." in page.text

    def test_names_are_shown_as_they_are(self, champion):
        name = '<b>Phone & "Fax"</b> ’ 📞' + "x" * 150
        planted([given(10, touchpoint=name, channel="=1+1")])
        page = champion.get(PAGE)
        assert "<b>Phone" not in page.text
        assert "📞" in page.text
        assert file_of(champion.get(FILE))[0]["column"] == "'=1+1"


@pytest.mark.sqlite_only  # what pages show; what they read is asked of both engines above and below
class TestAddress:
    def test_what_can_not_be_read_is_said(self, champion):
        for address in [
            "rows=colour",
            "rows=touchpoint&columns=touchpoint",
            "columns=colour",
            "rows=company",
            "rows=person",
            "rows=",
            "period=soon",
            "period=2026-13",
            "period=9999-99-99..1000-01-01",
            "period=" + "9" * 5000,
            "rows=%00&columns=%F0%9F%93%9E",
            "rows[]=touchpoint&period=%27%3B--",
        ]:
            planted(scattered(5))
            page = champion.get(f"{PAGE}?{address}")
            assert page.status_code == 422
            assert "Please change this" in page.text
            assert "<table" not in page.text
            assert champion.get(f"{FILE}?{address}").status_code == 422

    @pytest.mark.parametrize("people", ["", "0", "-1", "x", "99999", str(2**31), "9" * 400, "²"])
    def test_people_who_are_not_there_are_not_found(self, champion, people):
        planted(scattered(5))
        assert champion.get(PAGE, query_string={"people": people}).status_code == 404
        assert champion.get(FILE, query_string={"people": people}).status_code == 404

    @pytest.mark.parametrize("extra", ["shown=x&shown=-1&shown=99999999999999", "after=%00", "before=zzz", "sort=-nps"])
    def test_what_does_not_matter_is_left_aside(self, champion, extra):
        planted(scattered(50))
        plain = champion.get(f"{PAGE}?period=2026")
        assert shown(champion.get(f"{PAGE}?period=2026&{extra}")) == shown(plain)

    def test_a_running_period_becomes_whole_months(self, champion):
        planted([given(10, touchpoint="Phone", channel="Chat")])
        page = champion.get(f"{PAGE}?period=last-90-days")
        assert page.status_code == 200
        assert shown(page)["Phone", "Chat"].startswith("1 response")

    def test_one_dimension_is_the_usual_one_where_there_is_but_one(self, champion):
        planted([given(10, survey="Relationship")])
        assert shown(champion.get(PAGE)) == {
            ("Relationship", "All responses"): "1 response: not enough",
            ("All responses", "All responses"): "1 response: not enough",
        }


@pytest.mark.sqlite_only  # what pages show; what they read is asked of both engines above and below
class TestFile:
    def test_it_tells_what_the_page_shows(self, champion):
        planted(scattered(700))
        address = f"?rows=touchpoint&columns=tier&period={QUARTER}"
        page, lines = shown(champion.get(PAGE + address)), file_of(champion.get(FILE + address))
        assert len(lines) > 6
        for line in lines:
            found = score(*(int(line[band]) for band in ("promoters", "passives", "detractors")))
            words = f"{line['n']} response" + ("s" if found.n != 1 else "")
            if found.n >= 30:
                words = f"{whole_score(found.nps)} {whole_score(found.low)} to {whole_score(found.high)} {words}"
                told = {key: float(line[key]) for key in ("nps", "low", "high")}
                assert told == pytest.approx({key: getattr(found, key) for key in told}, abs=0.05)
            assert (line["enough"], line["nps"] != "") == (("yes", True) if found.n >= 30 else ("no", False))
            assert page[line["row"], line["column"]].startswith(words)
        cells = {place for place, text in page.items() if "All responses" not in place and not text.startswith("–")}
        assert {(line["row"], line["column"]) for line in lines} == cells

    def test_it_adds_up_to_all_responses_on_however_many_pages(self, champion):
        responses = planted(scattered(300)) + planted(
            [given(10, day=date(2026, 8, 3), team=f"Team {i:03}", channel="Chat") for i in range(260)]
        )
        lines = file_of(champion.get(f"{FILE}?rows=team&columns=channel&period={QUARTER}"))
        period = named(QUARTER, date(2026, 10, 3))
        expected = adding_up(recounted(responses, "team", "channel", period).values())
        told = Counts(*(sum(int(line[band]) for line in lines) for band in ("promoters", "passives", "detractors")))
        assert told == expected
        assert len({line["row"] for line in lines}) == 261
        assert lines[-1]["row"] == "Not given"

    def test_a_segment_of_any_name_makes_a_file_name(self, champion):
        planted([given(10, segments={'Ré"gion\t📞 /..': "North"})])
        key = queries.splits(subjects.company())[-1].key
        answer = champion.get(FILE, query_string={"rows": key, "columns": ""})
        assert answer.status_code == 200
        assert re.fullmatch(r'attachment; filename="[\w.-]+\.csv"', answer.headers["Content-Disposition"])


class TestScope:
    @pytest.fixture
    def tree(self, app):
        """Two supervisors, one agent each, some responses about either."""
        leads = [make_person(given_name=name, family_name="Lead") for name in ("Ada", "Bo")]
        agents = [make_person(manager=lead, given_name=lead.given_name, family_name="Agent") for lead in leads]
        for agent, count in zip(agents, (40, 35), strict=True):
            planted([given(10, day=date(2026, 8, 3), person=agent, touchpoint="Phone") for _ in range(count)])
        return leads, agents

    def responses_seen(self, app, person, extra=""):
        answer = sign_in(app.test_client(), person).get(f"{PAGE}?period={QUARTER}&columns={extra}")
        if answer.status_code != 200:
            return answer.status_code
        found = shown(answer).get(("All responses", "All responses"))
        return int(re.search(r"(\d+) response", found)[1]) if found else 0

    @pytest.mark.parametrize("role", ["champion", "executive"])
    def test_champions_and_executives_see_the_company_and_anyones_people(self, app, tree, role):
        (ada, _), _ = tree
        viewer = make_person(roles=(role,))
        assert self.responses_seen(app, viewer) == 75
        assert self.responses_seen(app, viewer, f"&people={ada.id}") == 40

    def test_a_supervisor_sees_the_own_people_alone(self, app, tree):
        (ada, bo), _ = tree
        assert self.responses_seen(app, ada) == 40
        assert self.responses_seen(app, ada, f"&people={ada.id}") == 40
        assert self.responses_seen(app, ada, f"&people={bo.id}") == 404

    def test_whoever_stands_above_sees_the_people_of_a_supervisor_below(self, app, tree):
        (ada, bo), _ = tree
        boss = make_person()
        with writing():
            set_manager(db.session.merge(ada), boss, clock.now())
            db.session.commit()
        assert self.responses_seen(app, boss, f"&people={ada.id}") == 40
        assert self.responses_seen(app, boss, f"&people={bo.id}") == 404

    def test_an_employee_is_refused(self, app, tree):
        _, (agent, _) = tree
        assert self.responses_seen(app, agent) == 403
        assert self.responses_seen(app, agent, f"&people={agent.id}") == 404
        assert sign_in(app.test_client(), agent).get(FILE).status_code == 403

    @pytest.mark.parametrize("role", ["hr", "administrator"])
    def test_hr_and_administrators_see_nothing_by_role(self, app, tree, role):
        (ada, _), _ = tree
        viewer = make_person(roles=(role,))
        assert self.responses_seen(app, viewer) == 403
        assert self.responses_seen(app, viewer, f"&people={ada.id}") == 403
        with writing():
            set_manager(db.session.merge(ada), viewer, clock.now())
            db.session.commit()
        assert self.responses_seen(app, viewer) == 40

    def test_nobody_who_is_not_signed_in_sees_anything(self, app):
        for address in (PAGE, FILE):
            assert "/login" in app.test_client().get(address).location

    def test_someone_who_moves_is_gone_from_the_old_supervisors_table_at_once(self, app, tree):
        (ada, bo), (agent, _) = tree
        make_person(manager=ada)
        with writing():
            set_manager(db.session.get(Person, agent.id), db.session.merge(bo), clock.now())
            db.session.commit()
        assert self.responses_seen(app, ada) == 0
        assert self.responses_seen(app, bo) == 75

    def test_people_stand_in_order_of_name_and_only_below_someone(self, app, tree):
        (ada, _), _ = tree
        for name, rating in (("Zoe", 10), ("Cleo", 0), ("Mia", 8)):
            agent = make_person(manager=ada, given_name=name, family_name="Agent")
            planted([given(rating, day=date(2026, 8, 3), person=agent, touchpoint="Phone") for _ in range(30)])
        page = sign_in(app.test_client(), ada).get(f"{PAGE}?rows=person&columns=touchpoint&period={QUARTER}&sort=-nps")
        names = list(dict.fromkeys(row for row, _ in shown(page)))
        assert names == ["Ada Agent", "Cleo Agent", "Mia Agent", "Zoe Agent", "All responses"]
        assert 'href="/nps/comments?of=person%3A' in page.text
        viewer = sign_in(app.test_client(), make_person(roles=("champion",)))
        assert viewer.get(f"{PAGE}?rows=person").status_code == 422
        assert viewer.get(f"{PAGE}?rows=person&people={ada.id}").status_code == 200
        assert viewer.get(f"{PAGE}?rows=touchpoint&columns=person&people={ada.id}").status_code == 422


class TestCost:
    def statements(self, client, count_statements, address):
        client.get(address)
        with count_statements() as seen:
            assert client.get(address).status_code == 200
        return seen

    @pytest.mark.parametrize("place", [PAGE, FILE])
    def test_of_the_company_it_never_looks_at_a_response(self, champion, count_statements, place):
        planted(scattered(20))
        few = self.statements(champion, count_statements, f"{place}?period=2026")
        planted(scattered(1500, seed=2) + [given(10, team=f"Team {i}") for i in range(100)])
        for rows in ("touchpoint", "team"):
            many = self.statements(champion, count_statements, f"{place}?period=2026&rows={rows}&columns=channel")
            assert len(many) == len(few) <= 8
            assert not [statement for statement in many if "nps_response" in statement]

    def test_of_the_people_below_someone_it_reads_their_responses_in_one_statement(self, app, count_statements):
        lead = make_person()
        agents = [make_person(manager=lead) for _ in range(60)]
        client = sign_in(app.test_client(), lead)
        planted(scattered(20, agents[:2]))
        few = self.statements(client, count_statements, f"{PAGE}?period=2026&rows=person")
        planted(scattered(800, agents, seed=2))
        many = self.statements(client, count_statements, f"{PAGE}?period=2026&rows=person")
        assert len(many) == len(few) <= 8
        assert len([statement for statement in many if "nps_response" in statement]) == 1

    @pytest.mark.sqlite_only
    def test_pairs_are_read_in_the_order_of_their_table(self, app, count_statements):
        planted(scattered(50))
        for rows, columns in (("department", "channel"), ("channel", "department")):
            with count_statements() as seen:
                counted(asked_by(subjects.company(), rows, columns))
            [statement] = [statement for statement in seen if "nps_pair_month" in statement]
            plan = db.session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", tuple("2026-07-01" for _ in range(statement.count("?")))
            )
            told = " ".join(row.detail for row in plan)
            assert "USING PRIMARY KEY (first_id=? AND second_dimension_id=? AND month>? AND month<?)" in told
