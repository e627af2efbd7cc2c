from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from statistics import fmean, pstdev

import numpy as np
import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from app.demo import company, customer_words, customers, truth
from app.demo.truth import AFTER_CONTACT, DRIVERS, RELATIONSHIP, TRADES
from app.nps.rules.responses import Given

TODAY = date(2026, 3, 4)
PEOPLE = 250
STAFF = company.build(PEOPLE, 7, TODAY)
BY_ID = {person.employee_id: person for person in STAFF}
BY_NUMBER = {person.number: person for person in STAFF}
NAMES = [driver.name for driver in DRIVERS]


@pytest.fixture(scope="module")
def told() -> customers.Survey:
    return customers.answers(STAFF, customers.responses_for(PEOPLE), 7, TODAY)


@pytest.fixture(scope="module")
def given(told: customers.Survey) -> list[Given]:
    """Each response as it was in the end."""
    return list({sent.given.external_id: sent.given for sent in told.sent}.values())


def days_ago(one: Given) -> int:
    return (TODAY - one.responded_at.date()).days


def department(one: Given) -> str:
    return BY_ID[one.employee].department if one.employee else one.department


def nps(given: Iterable[Given]) -> float:
    return 100 * fmean((one.score >= 9) - (one.score <= 6) for one in given)


def band(one: Given) -> str:
    return "promoter" if one.score >= 9 else "passive" if one.score >= 7 else "detractor"


def mean_rating(given: Iterable[Given], name: str) -> float:
    return fmean(one.drivers[name] for one in given if name in one.drivers)


def test_the_same_seed_gives_the_same_answers_and_another_seed_others() -> None:
    first, again, other = (customers.answers(STAFF, 800, seed, TODAY) for seed in (7, 7, 8))
    assert first == again
    assert [sent.given.score for sent in first.sent] != [sent.given.score for sent in other.sent]


def test_there_are_about_as_many_as_asked_for_and_never_too_many_of_themselves(given: list[Given]) -> None:
    assert len(given) == pytest.approx(12_000, rel=0.02)
    assert customers.responses_for(100_000) == 60_000
    assert customers.answers(STAFF, 0, 7, TODAY).sent == []


def test_everything_comes_in_order_within_two_years_and_nothing_after_yesterday(told: customers.Survey) -> None:
    moments = [sent.at for sent in told.sent]
    assert moments == sorted(moments)
    answered = [sent.given.responded_at for sent in told.sent]
    assert all(at.utcoffset() == timedelta() for at in answered)
    assert datetime(2024, 3, 4, tzinfo=UTC) <= min(answered)
    assert max(answered) < datetime(2026, 3, 4, tzinfo=UTC)
    assert all(sent.given.responded_at <= sent.at for sent in told.sent)


def test_only_the_front_line_is_rated_and_not_while_it_is_in_training(given: list[Given]) -> None:
    managers = {person.manager for person in STAFF}
    for one in given:
        if one.employee:
            person = BY_ID[one.employee]
            assert person.number not in managers
            assert person.department in TRADES
            assert one.responded_at.date() >= person.hire_date + timedelta(days=truth.IN_TRAINING)
    assert not any(BY_ID[one.employee].part == "newhire" for one in given if one.employee)


def test_each_occasion_belongs_to_a_department_and_its_channels(given: list[Given]) -> None:
    known = {touchpoint.name: (name, touchpoint) for name, trade in TRADES.items() for touchpoint in trade.touchpoints}
    seen = set()
    for one in given:
        if one.touchpoint:
            name, touchpoint = known[one.touchpoint]
            assert name == department(one)
            assert one.channel in touchpoint.channels
            seen.add(one.touchpoint)
    assert seen == set(known)


def test_something_is_missing_here_and_there(given: list[Given]) -> None:
    after = [one for one in given if one.survey == AFTER_CONTACT]
    assert {one.survey for one in given} == {AFTER_CONTACT, RELATIONSHIP}
    assert not any(one.employee or one.touchpoint for one in given if one.survey == RELATIONSHIP)
    for share, lacking in (
        (truth.NO_EMPLOYEE, [not one.employee for one in after]),
        (truth.NO_TOUCHPOINT, [not one.touchpoint for one in after]),
        (truth.NO_DRIVERS, [not one.drivers for one in after]),
        (1 - truth.OSAT_ASKED, [one.osat is None for one in after]),
    ):
        assert fmean(lacking) == pytest.approx(share, abs=0.015)
    assert {len(one.drivers) for one in given} == {0, 4, 5}
    assert all(one.department for one in after if not one.employee)


def test_the_weights_of_the_drivers_can_be_read_from_the_answers(given: list[Given]) -> None:
    full = [one for one in given if len(one.drivers) == 5]
    ratings = np.array([[one.drivers[name] for name in NAMES] for one in full], dtype=float)
    scores = np.array([one.score for one in full], dtype=float)
    # Scores end at 0 and 10, so that a step is worth less than it says: the proportions are what is left.
    slopes = np.linalg.lstsq(np.column_stack([np.ones(len(full)), ratings]), scores, rcond=None)[0][1:]
    found = dict(zip(NAMES, slopes / slopes.max(), strict=True))
    most = max(driver.weight for driver in DRIVERS)
    assert found == {driver.name: pytest.approx(driver.weight / most, abs=0.08) for driver in DRIVERS}
    assert sorted(NAMES, key=lambda name: -found[name])[:2] == [
        "Solved at the first contact",
        "Reached someone quickly",
    ]
    means = dict(zip(NAMES, ratings.mean(axis=0), strict=True))
    assert max(means, key=means.get) == "Kind and attentive"
    assert min(means, key=means.get) == "Reached someone quickly"
    assert np.corrcoef(ratings.T)[np.triu_indices(5, 1)].min() > 0.15


def test_the_company_stands_where_a_decent_company_does(given: list[Given]) -> None:
    assert 25 <= nps(given) <= 35
    assert {one.score for one in given} == set(range(11))
    by_tier = {tier: nps(one for one in given if one.tier == tier) for tier in truth.TIERS}
    assert by_tier["Gold"] > by_tier["Bronze"] + 5


def test_two_teams_stand_out_as_they_were_made_to_and_the_others_hardly_differ(given: list[Given]) -> None:
    planted = customers.planted(STAFF)
    teams: dict[int, list[int]] = defaultdict(list)
    for one in given:
        if one.employee:
            teams[BY_ID[one.employee].manager or 0].append(one.score)
    means = {lead: fmean(scores) for lead, scores in teams.items()}
    others = [mean for lead, mean in means.items() if lead not in {planted.strong, planted.weak}]
    assert BY_NUMBER[planted.strong or 0].department == "Support"
    assert BY_NUMBER[planted.weak or 0].department == "Stores"
    assert means[planted.strong or 0] > max(others) + 0.4
    assert means[planted.weak or 0] < min(others) - 0.4
    assert pstdev(others) < 0.3


def test_support_answers_sooner_since_it_changed_its_rota(given: list[Given]) -> None:
    def change(name: str, of: str) -> float:
        those = [one for one in given if department(one) == of]
        before = [one for one in those if days_ago(one) > truth.IMPROVED_DAYS_AGO]
        after = [one for one in those if days_ago(one) <= truth.IMPROVED_DAYS_AGO]
        return mean_rating(after, name) - mean_rating(before, name)

    assert change("Reached someone quickly", "Support") > 0.8
    assert abs(change("Kind and attentive", "Support")) < 0.1
    assert abs(change("Reached someone quickly", "Sales")) < 0.2


def test_stores_dip_in_the_last_quarter(given: list[Given]) -> None:
    those = [one for one in given if department(one) == "Stores"]
    lately = [one for one in those if days_ago(one) <= truth.DIPPED_DAYS_AGO]
    before = [one for one in those if days_ago(one) > truth.DIPPED_DAYS_AGO]
    assert nps(lately) < nps(before) - 8
    assert mean_rating(lately, "Staff knew their trade") < mean_rating(before, "Staff knew their trade") - 0.3
    assert abs(mean_rating(lately, "Kind and attentive") - mean_rating(before, "Kind and attentive")) < 0.15


def test_the_app_comes_up_in_the_last_fortnight_and_never_before(given: list[Given]) -> None:
    about = [one for one in given if "pairing" in one.comment or " app " in one.comment]
    assert len(about) >= 15
    assert max(days_ago(one) for one in about) <= truth.APP_DAYS_AGO
    assert {one.segments["Product"] for one in about} <= set(truth.PAIRED)


def test_the_agent_has_too_few_responses_to_judge_and_the_team_enough_for_quarters(given: list[Given]) -> None:
    agent = next(person for person in STAFF if person.part == "agent")
    own = [one for one in given if one.employee and BY_ID[one.employee].manager == agent.manager]
    assert 20 <= sum(one.employee == agent.employee_id for one in own) < 30
    assert 300 <= len(own) <= 600
    quarters = Counter(days_ago(one) // 91 for one in own)
    assert min(quarters[quarter] for quarter in range(8)) >= 30


def test_a_few_responses_come_again_corrected(told: customers.Survey) -> None:
    times = Counter(sent.given.external_id for sent in told.sent)
    twice = {number for number, n in times.items() if n == 2}
    assert set(times.values()) == {1, 2}
    assert 10 <= len(twice) <= 100
    for number in twice:
        hasty, corrected = (sent for sent in told.sent if sent.given.external_id == number)
        assert hasty.at + timedelta(days=1) <= corrected.at
        assert hasty.given.responded_at == corrected.given.responded_at
        assert hasty.given != corrected.given


def test_about_a_quarter_of_those_asked_answer_in_every_month(told: customers.Survey, given: list[Given]) -> None:
    answered = Counter((one.survey, one.responded_at.date().replace(day=1)) for one in given)
    assert len(told.asked) == 2 * 25  # both surveys, from March to March
    assert answered.keys() <= told.asked.keys()
    for month, asked in told.asked.items():
        assert asked == 0 or 0.19 < answered[month] / asked < 0.31
    assert not any(told.asked[survey, month] for survey, month in told.asked if not answered[survey, month])


def test_most_customers_are_known_and_some_come_again(given: list[Given]) -> None:
    known = [one for one in given if one.customer_key]
    assert len(known) / len(given) == pytest.approx(truth.KNOWN_CUSTOMERS, abs=0.04)
    visits = Counter(one.customer_key for one in known)
    assert max(visits.values()) >= 5
    for one in given:
        assert (one.contact is None) == (not one.customer_key)
        assert one.contact is None or one.contact.email.endswith("@customer.example")
    emails = {one.customer_key: one.contact.email for one in known if one.contact}
    assert len(set(emails.values())) == len(emails)


def test_the_week_and_the_year_have_their_rhythm(given: list[Given]) -> None:
    clinics = Counter(one.responded_at.weekday() for one in given if department(one) == "Hearing clinics")
    assert clinics[5] + clinics[6] < 0.15 * clinics.total()
    stores = Counter(one.responded_at.month for one in given if department(one) == "Stores")
    assert stores[12] > 1.2 * stores[8]


def texts(given: Iterable[Given], of: str) -> list[str]:
    return [one.comment for one in given if one.comment and band(one) == of]


def test_people_write_a_few_words_about_half_of_the_time(given: list[Given]) -> None:
    written = [one.comment for one in given if one.comment]
    assert 0.4 < len(written) / len(given) < 0.5
    lengths = Counter(len(comment.split()) for comment in written)
    assert max(lengths) <= customer_words.MOST_WORDS
    assert lengths[1] > 50
    assert sum(n for length, n in lengths.items() if length > 15) > 500
    assert not any("{" in comment or "  " in comment for comment in written)


def test_longer_comments_are_seldom_alike(given: list[Given]) -> None:
    longer = Counter(one.comment for one in given if len(one.comment.split()) > 6)
    assert len(longer) > 0.75 * longer.total()
    assert max(longer.values()) < 30


def test_comments_name_nobody(given: list[Given]) -> None:
    names = {person.family_name for person in STAFF}
    names |= {one.contact.name.split(" ", 1)[1] for one in given if one.contact}
    named = {word for one in given for word in one.comment.replace(",", " ").replace(".", " ").split()} & names
    assert named == set()


def test_a_few_write_in_another_language(given: list[Given]) -> None:
    sentences = customer_words._sentences()
    abroad = {
        sentence.split(" {", maxsplit=1)[0]
        for heading, lines in sentences.items()
        if heading.endswith(("German", "French", "Portuguese"))
        for sentence in lines
    }
    written = [one.comment for one in given if one.comment]
    share = sum(any(comment.startswith(begun) for begun in abroad) for comment in written) / len(written)
    assert 0.015 < share < 0.05


def tones() -> dict[str, Callable[[float], bool]]:
    return {"promoter": lambda tone: tone >= 0.05, "detractor": lambda tone: tone <= -0.05}


@pytest.mark.parametrize("of", tones())
def test_a_comment_sounds_like_its_score(given: list[Given], of: str) -> None:
    analyser = SentimentIntensityAnalyzer()
    sounds = [tones()[of](analyser.polarity_scores(text)["compound"]) for text in texts(given, of)]
    assert fmean(sounds) > 0.75


def test_every_sentence_can_come_to_be_said() -> None:
    """A heading that nothing asks for would be a slip of the pen."""
    ways = {"", *(f" {way}" for way in customer_words.WAYS.values())}
    places = [touchpoint.name for trade in TRADES.values() for touchpoint in trade.touchpoints]
    products = {product for trade in TRADES.values() for product in trade.products}
    languages = {language for _, _, language, _ in truth.REGIONS.values() if language}
    subjects = {f"{driver.key}{way}" for driver in DRIVERS for way in ways}
    subjects |= {f"faster{way}" for way in ways} | {f"story {place}" for place in places}
    subjects |= {f"product {product}" for product in products} | languages
    subjects |= {"company", "end", "short", "app", "rushed"}
    tones = customer_words.TONES.values()
    asked_for = {f"{tone} {subject}" for tone in tones for subject in subjects}
    sentences = customer_words._sentences()
    assert set(sentences) - asked_for == set()
    assert sum(map(len, sentences.values())) > 500
    for tone in tones:
        assert all(f"{tone} {driver.key}" in sentences for driver in DRIVERS)
        assert all(f"{tone} {language}" in sentences for language in languages)


@pytest.mark.parametrize("people", [40, 60])
def test_a_small_company_has_its_customers_too(people: int) -> None:
    staff = company.build(people, 7, TODAY)
    told = customers.answers(staff, customers.responses_for(people), 7, TODAY)
    assert len(told.sent) == pytest.approx(48 * people, rel=0.05)
    assert customers.planted(staff).weak is not None


def test_in_a_large_company_few_teams_are_asked_so_that_each_can_be_judged() -> None:
    staff = company.build(4_000, 7, TODAY)
    told = customers.answers(staff, 6_000, 7, TODAY)
    planted = customers.planted(staff)
    by_id = {person.employee_id: person for person in staff}
    teams = Counter(by_id[sent.given.employee].manager for sent in told.sent if sent.given.employee)
    assert min(teams.values()) >= 20
    assert {planted.strong, planted.weak} <= set(teams)
    agent = next(person for person in staff if person.part == "agent")
    assert agent.manager in teams
