"""What an adversary who may open every page can't put together: filters, exports, waves, viewers, moments.

Each attack succeeds on a ledger that knows a threshold alone.
"""

import re
from itertools import combinations, pairwise, product

import pytest

from app.core import clock
from app.core.db import db
from app.voice.operations import answering, tickets
from app.voice.operations.tickets import SurveyClosed
from app.voice.queries.released import participation, quotes, released
from app.voice.rules import K
from tests.factories import make_person, sign_in
from tests.nps.build import company_of
from tests.voice import adversary, build

pytestmark = pytest.mark.sqlite_only  # what is released is the same on both engines: test_released

READERS = ("champion", "hr", "executive")
OTHERS = ((), ("administrator",))
# Sales is 4, Technology 9: to show one would give the other away. Berlin and Oslo cut across them.
PLACES = {("Sales", "Berlin"): 3, ("Sales", "Oslo"): 1, ("Technology", "Berlin"): 7, ("Technology", "Oslo"): 2}
LARGER = {
    ("Support", "Berlin"): 14,
    ("Support", "Oslo"): 9,
    ("Sales", "Berlin"): 8,
    ("Sales", "Oslo"): 2,
    ("Finance", "Berlin"): 6,
    ("Finance", "Oslo"): 11,
    ("Legal", "Berlin"): 3,
    ("Legal", "Oslo"): 5,
}


def asked_in(cells, moods=None):
    """A closed confidential wave by department and location, and whose answer lies in which cell."""
    survey = build.survey(mode="confidential", segments="department,location")
    build.question(survey, "rating", key="mood")
    wave = build.wave(survey)
    fields = {name: sorted({cell[at] for cell in cells}) for at, name in enumerate(("department", "location"))}
    wave.definition = {**wave.definition, "values": fields}
    people = [cell for cell, n in cells.items() for _ in range(n)]
    answers = [{"mood": moods[at] if moods else at % 5 + 1} for at in range(len(people))]
    segments = [dict(zip(fields, cell, strict=True)) for cell in people]
    build.answered(wave, answers, segments)
    return build.closed(wave), people, fields


def everything_that_can_be_asked(fields):
    """All filters there are: nothing, one field, both."""
    for names in (set(chosen) for width in range(3) for chosen in combinations(fields, width)):
        ordered = [name for name in fields if name in names]
        for values in product(*(fields[name] for name in ordered)):
            yield dict(zip(ordered, values, strict=True))


def members(people, fields, filters):
    names = list(fields)
    return frozenset(
        at for at, cell in enumerate(people) if all(cell[names.index(name)] == value for name, value in filters.items())
    )


@pytest.mark.usefixtures("app")
def test_no_two_groups_that_are_shown_differ_by_fewer_than_five_people():
    for cells in (PLACES, LARGER):
        wave, people, fields = asked_in(cells)
        groups = list(everything_that_can_be_asked(fields))
        naive = [members(people, fields, one) for one in groups]
        naive = [one for one in naive if len(one) >= K]
        assert adversary.smallest_difference(naive) < K  # a threshold alone falls to it
        shown = [members(people, fields, one) for one in groups if released(wave, one).shown]
        assert len(frozenset(range(len(people))) & shown[0]) == len(people)
        assert (adversary.smallest_difference(shown) or K) >= K
        assert adversary.determined(shown, len(people)) == set()
        for one in groups:
            found = released(wave, one)
            assert found.shown or (found.n is None and found.tally("mood") == {})


@pytest.mark.usefixtures("app")
def test_a_ledger_that_knows_a_threshold_alone_gives_somebody_away():
    """The linear algebra can find somebody: two groups of five and more that differ by one person."""
    sets = [frozenset(range(10)), frozenset(range(9)), frozenset(range(3, 10))]
    assert adversary.determined(sets, 10) == {9}
    assert adversary.determined([frozenset(range(10)), frozenset(range(5))], 10) == set()


def test_whoever_looks_sees_the_same_and_whoever_may_not_sees_nothing(app):
    wave, _, fields = asked_in(LARGER)
    seen = []
    for role in READERS:
        client = sign_in(app.test_client(), make_person(roles=(role,)))
        pages = [client.get(address).text for address in _addresses(wave, fields)]
        said = [re.search(r"<h1.*?</main>", page, re.DOTALL)[0] for page in pages]
        seen.append([re.sub(r"<a [^>]*>About this wave</a>", "", one) for one in said])  # a page of those who build
    assert seen[0] == seen[1] == seen[2]
    for roles in OTHERS:
        client = sign_in(app.test_client(), make_person(roles=roles))
        for address in _addresses(wave, fields):
            assert client.get(address).status_code == 403, address
            assert client.get(address.replace("?", "/figures.csv?")).status_code in {403, 404}


def _addresses(wave, fields):
    base = f"/voice/results/{wave.id}?"
    return [base + "&".join(f"{name}={value}" for name, value in one.items()) for one in _some(fields)]


def _some(fields):
    return [one for at, one in enumerate(everything_that_can_be_asked(fields)) if at % 3 == 0 or len(one) < 2]


def test_pages_and_files_say_the_same_and_no_more(app):
    wave, _, fields = asked_in(LARGER)
    client = sign_in(app.test_client(), make_person(roles=("hr",)))
    for one in everything_that_can_be_asked(fields):
        query = "&".join(f"{name}={value}" for name, value in one.items())
        page = client.get(f"/voice/results/{wave.id}?{query}")
        file = client.get(f"/voice/results/{wave.id}/figures.csv?{query}")
        if released(wave, one).shown:
            assert (page.status_code, file.status_code) == (200, 200), one
        else:
            assert file.status_code >= 400, one
            assert "<svg" not in re.search(r"<h1.*?</main>", page.text, re.DOTALL)[0]
            size = sum(n for cell, n in LARGER.items() if set(one.values()) <= set(cell))
            assert not re.search(rf"\b{size} (people|answers|person)", page.text)


def test_forged_and_finer_filters_are_refused(app):
    wave, _, _ = asked_in(LARGER)
    client = sign_in(app.test_client(), make_person(roles=("champion",)))
    for query in (
        "department=Nowhere",
        "person_id=1",
        "department=Support&department=Sales",
        "department=Support%7Clocation%3DBerlin",
        "department=%00",
    ):
        found = client.get(f"/voice/results/{wave.id}?{query}")
        assert found.status_code in {200, 404, 422}
    for filters in ({"department": "Support|location=Berlin"}, {"tenure": "Over 3 years"}, {"id": "1"}):
        assert not released(wave, filters).shown


def test_while_a_wave_is_open_every_viewer_sees_steps_of_five(app):
    _, people = company_of(12)
    survey = build.survey()
    build.question(survey, "rating", key="mood")
    wave = build.wave(survey, people)
    client = sign_in(app.test_client(), make_person(roles=("champion",)))
    numbers, pages = [], []
    for person in people:
        ticket = tickets.take_ticket(wave, person, False, clock.now())
        answering.send(wave, ticket, {"mood": 2}, "", clock.now())
        db.session.commit()
        numbers.append(participation(wave).answers_at_least)
        text = client.get(f"/voice/waves/{wave.id}").text + client.get(f"/voice/results/{wave.id}").text
        pages.append(re.sub(r'name="csrf_token" value="[^"]*"', "", text))
    naive = list(range(1, len(people) + 1))
    assert all(then - first == 1 for first, then in pairwise(naive))  # each answer is seen coming in
    assert numbers == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10]
    # The pages change with the steps and never between them: no single answer can be seen coming in.
    assert [a == b for a, b in pairwise(pages)] == [first == then for first, then in pairwise(numbers)]
    assert not released(wave, {}).shown


def test_a_late_answer_changes_nothing_that_was_shown(app):
    _, people = company_of(11)
    survey = build.survey()
    build.question(survey, "rating", key="mood")
    build.question(survey, "text", key="why")
    wave = build.wave(survey, people)
    naive = [sum(at % 5 + 1 for at in range(10)), sum(at % 5 + 1 for at in range(10)) + 1]
    assert naive[1] - naive[0] == 1  # a total that is worked out anew is the late answer, less the one before
    late = tickets.take_ticket(wave, people[10], False, clock.now())
    build.answered(wave, [{"mood": at % 5 + 1, "why": f"Reason {at}"} for at in range(10)])
    build.closed(wave)
    client = sign_in(app.test_client(), make_person(roles=("hr",)))
    addresses = (
        f"/voice/results/{wave.id}",
        f"/voice/results/{wave.id}/figures.csv",
        f"/voice/results/{wave.id}/questions/why",
    )
    before = [client.get(address).data for address in addresses]
    with pytest.raises(SurveyClosed):
        answering.send(wave, late, {"mood": 1, "why": "Too late"}, "", clock.now())
    db.session.rollback()
    assert [client.get(address).data for address in addresses] == before
    assert before[0].count(b"10") > 0


def test_two_waves_of_the_same_people_are_two_ledgers_and_are_never_added_up(app):
    """Whoever left between two waves is not the difference of anything: answers of two waves are different numbers."""
    first, _, fields = asked_in(PLACES)
    second, _, _ = asked_in({**PLACES, ("Technology", "Oslo"): 1})
    naive = sum(at % 5 + 1 for at in range(13)) - sum(at % 5 + 1 for at in range(12))
    assert naive == 12 % 5 + 1  # of answers that stay the same in both waves the difference of two totals is one answer
    for wave in (first, second):
        shown = [one for one in everything_that_can_be_asked(fields) if released(wave, one).shown]
        assert shown[0] == {}
        assert not [one for one in shown if "Sales" in one.values() or one == {"department": "Technology"}]
    assert released(first, {}).n == 13
    assert released(second, {}).n == 12


def test_what_everybody_says_is_told_as_a_band_everywhere(app):
    """Who knows that all of a group said the same knows what each of them said."""
    wave, _, _ = asked_in({("Support", "Berlin"): 12, ("Sales", "Berlin"): 9}, moods=[1] * 12 + [2, 4] + [3] * 7)
    client = sign_in(app.test_client(), make_person(roles=("executive",)))
    page = client.get(f"/voice/results/{wave.id}?department=Support").text
    main = re.search(r"<h1.*?</main>", page, re.DOTALL)[0]
    naive = round(100 * 12 / 12)
    assert naive == 100
    told = " ".join(re.findall(r"<(?:td|title|desc|p|dd|li|figcaption)\b[^>]*>(.*?)</", main, re.DOTALL))
    assert not re.search(r"\b100 ?%", told)  # an axis may end there
    assert "or more" in main
    file = client.get(f"/voice/results/{wave.id}/figures.csv?department=Support").text
    assert not re.search(r"\b100 ?%|,100\b|,12,12\b", file)
    shares = released(wave, {"department": "Support"}).share("mood", "1")
    assert shares is not None
    assert shares.banded


def test_texts_are_quoted_from_eight_on_and_for_no_group(app):
    people = {
        "Ann": ("Support", "Oslo"),
        "Bob": ("Support", "Berlin"),
        "Cy": ("Sales", "Oslo"),
        "Di": ("Sales", "Berlin"),
    }
    said = {who: f"Text of {who}" for who in people}
    naive = [
        {
            value: {said[who] for who, at in people.items() if at[field] == value}
            for value in {at[field] for at in people.values()}
        }
        for field in range(2)
    ]
    assert adversary.writers_found(naive, people) == {words: who for who, words in said.items()}
    everyone = [{"": set(said.values())}]
    assert adversary.writers_found(everyone, dict.fromkeys(people, ("",))) == {}

    survey = build.survey(mode="confidential", segments="department")
    build.question(survey, "rating", key="mood")
    build.question(survey, "text", key="why")
    few, many = build.wave(survey), build.wave(survey)
    for wave, texts in ((few, 7), (many, 8)):
        wave.definition = {**wave.definition, "values": {"department": ["Support", "Sales"]}}
        answers = [{"mood": 3} | ({"why": f"Secret {at}"} if at < texts else {}) for at in range(24)]
        segments = [{"department": "Support" if at % 2 else "Sales"} for at in range(24)]
        build.answered(wave, answers, segments)
        build.closed(wave)
    client = sign_in(app.test_client(), make_person(roles=("champion",)))
    for address in ("", "/questions/why"):
        assert "Secret" not in client.get(f"/voice/results/{few.id}{address}").text
    texts = re.findall(r"Secret \d", client.get(f"/voice/results/{many.id}/questions/why").text)
    assert len(set(texts)) == 8
    # Asked for a group, it gives no text, or those of all: two lists that share one would point at its writer.
    assert "Secret" not in client.get(f"/voice/results/{many.id}?department=Support").text
    assert (
        re.findall(r"Secret \d", client.get(f"/voice/results/{many.id}/questions/why?department=Support").text) == texts
    )


def test_the_number_of_texts_does_not_tell_what_a_band_keeps_back(app):
    """All said "a" and therefore wrote why: so many texts as answers would say so."""
    survey = build.survey()
    build.question(survey, "single", key="first")
    build.question(survey, "text", key="why", show_if={"question": "first", "values": ["a"]})
    wave = build.wave(survey)
    build.answered(wave, [{"first": "a", "why": f"Secret {at}"} for at in range(10)])
    build.closed(wave)
    assert released(wave, {}).share("first", "a").banded
    assert not quotes(wave, "why", {}).shown
    client = sign_in(app.test_client(), make_person(roles=("hr",)))
    for address in ("", "/questions/why", "/questions/why/texts.csv"):
        assert "Secret" not in client.get(f"/voice/results/{wave.id}{address}").text
