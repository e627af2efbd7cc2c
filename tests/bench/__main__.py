"""`make bench`: the hot pages over HTTP, each beside a bare Flask page in the same run and under the same settings."""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench import bare
from tests.bench.client import Measured, Session, drive
from tests.bench.scenes import (
    CLIENTS,
    EXAM,
    HR,
    LESSON,
    QUIZ,
    Request,
    Site,
    candidates,
    counter_of,
    employees,
    led_by,
    make_uplift,
    open_attempt,
    sign_in_request,
    signed_in,
    supervisors,
    token_in,
    with_story,
)
from tests.bench.voice_scenes import fill_board

OFTEN = {"SIGN_IN_LIMIT": "1000000 per minute", "UPLIFT_ENV": "production", "SECRET_KEY": "bench"}
HEADER = ("scenario", "requests/s", "p50 ms", "p99 ms", "statements", "to bare", "goal")
WIDTHS = (24, 11, 9, 9, 11, 9, 22)
BLOCKERS = 5000


@dataclass
class Scenario:
    name: str
    make: Callable[[Site, list[str]], list[Request]]
    expected: int = 200
    goal: float | None = None  # of the bare page's requests per second
    people: Callable[[Path, int], list[str]] = employees
    large: bool = False  # at 100,000 people


def page(path: str) -> Callable[[Site, list[str]], list[Request]]:
    return lambda site, emails: [Request(signed_in(site.port, email), "GET", path) for email in emails]


def report(site: Site, emails: list[str]) -> list[Request]:
    return [Request(signed_in(site.port, HR), "GET", "/reports/certification") for _ in emails]


def attempts(quiz: str) -> Callable[[Site, list[str]], list[Request]]:
    def make(site: Site, emails: list[str]) -> list[Request]:
        sessions = [signed_in(site.port, email) for email in emails]
        return [Request(session, "GET", open_attempt(session, quiz)[0]) for session in sessions]

    return make


def answers(site: Site, emails: list[str]) -> list[Request]:
    requests = []
    for email in emails:
        session = signed_in(site.port, email)
        path, token = open_attempt(session, QUIZ)
        form = f"csrf_token={token}&answer-1=1"
        requests.append(Request(session, "POST", f"{path}/answers/1", form, "application/json"))
    return requests


def teams(site: Site, emails: list[str]) -> list[Request]:
    """The supervisor's table of people."""
    return [
        Request(signed_in(site.port, email), "GET", f"/coaching/teams/{led_by(site.folder, email)[0]}")
        for email in emails
    ]


def drafts(site: Site, emails: list[str]) -> list[Request]:
    """The record of a session, saved as one types."""
    requests = []
    for email in emails:
        session, path = signed_in(site.port, email), f"/coaching/sessions/{led_by(site.folder, email)[1]}"
        token = token_in(session.send("GET", path).text)
        form = f"csrf_token={token}&revision=0&goal=Fewer+calls+twice&private=Only+mine"
        requests.append(Request(session, "POST", path, form, "application/json"))
    return requests


def blocker(site: Site, emails: list[str]) -> list[Request]:
    """The page of one that has a story."""
    return page(f"/voice/blockers/{with_story(site.folder)}")(site, emails)


SCENARIOS = (
    Scenario("sign-in", lambda site, emails: [sign_in_request(site.port, e) for e in emails], expected=302),
    Scenario("home", page("/"), goal=0.4),
    Scenario("lesson", page(LESSON), goal=0.6),
    Scenario("open attempt", attempts(QUIZ), goal=0.5),
    Scenario("open exam", attempts(EXAM), goal=0.5, people=candidates),
    Scenario("saving an answer", answers, goal=0.5),
    Scenario("coaching team", teams, people=supervisors),
    Scenario("saving a draft", drafts, people=supervisors),
    Scenario(f"board of {BLOCKERS:,} blockers", page("/voice/blockers")),
    Scenario("blocker", blocker),
    Scenario("report at 1,000", report),
    Scenario("report at 100,000", report, large=True),
)


def main() -> None:
    options = _options()
    chosen = [s for s in SCENARIOS if not options.only or options.only in s.name]
    folder = Path(tempfile.mkdtemp(prefix="uplift-bench-"))
    begun = time.perf_counter()
    try:
        with ExitStack() as stack:
            _run(chosen, options, folder, stack)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{CLIENTS} connections, 2 workers of 4 threads, SQLite; {time.perf_counter() - begun:.0f} s in all")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short rounds, and no 100,000 people: under a minute")
    parser.add_argument("--only", default="", help="scenarios whose name holds this")
    parser.add_argument("--people", type=int, default=100_000, help="people of the large installation")
    return parser.parse_args()


def _run(chosen: list[Scenario], options: argparse.Namespace, folder: Path, stack: ExitStack) -> None:
    rounds, seconds = (2, 0.6) if options.quick else (3, 2.0)
    if options.quick:
        chosen = [scenario for scenario in chosen if not scenario.large]
    sites = {False: _uplift(folder / "uplift", 1000, stack)}
    if any(scenario.large for scenario in chosen):
        sites[True] = _uplift(folder / "large", options.people, stack)
    measure, enter = _bare(folder / "bare", stack)
    print("".join(word.ljust(width) for word, width in zip(HEADER, WIDTHS, strict=True)))
    results: dict[str, Measured] = {}
    overall = Measured()
    for scenario in chosen:
        site = sites[scenario.large]
        requests = scenario.make(site, scenario.people(site.folder, CLIENTS))
        expected = _expected(requests[0], scenario.expected)
        mine, theirs = Measured(), Measured()
        for _ in range(rounds):
            theirs.add(drive(measure.port, [r.raw for r in enter], 200, seconds))
            mine.add(drive(site.port, [r.raw for r in requests], expected, seconds))
        results[scenario.name] = mine
        overall.add(theirs)
        statements = counter_of(site)(requests[0], expected)
        _print(scenario, mine, theirs, statements)
    _print_bare(overall)
    _compare_reports(results)


def _uplift(folder: Path, people: int, stack: ExitStack) -> Site:
    seconds = make_uplift(folder, people, answers=people < 10_000)
    print(f"{people:,} people loaded in {seconds:.0f} s")
    if people < 10_000:
        fill_board(folder, OFTEN, BLOCKERS)
    return stack.enter_context(Site(f"Uplift with {people:,} people", folder, OFTEN).serve())


def _bare(folder: Path, stack: ExitStack) -> tuple[Site, list[Request]]:
    folder.mkdir()
    bare.prepare(folder)
    site = Site("the bare page", folder, {"BARE_FOLDER": str(folder)}, target="tests.bench.bare:app")
    stack.enter_context(site.serve())
    requests = []
    for number in range(1, CLIENTS + 1):
        session = Session(site.port)
        session.send("GET", f"/enter/{number}")
        requests.append(Request(session, "GET", "/"))
    return site, requests


def _expected(request: Request, expected: int) -> int:
    """One request first, so that a wrong one is seen before it is measured."""
    answer = request.session.connection.send(request.raw)
    if answer.status != expected and not (expected == 302 and answer.status == 303):
        raise SystemExit(f"{request.method} {request.path} answers {answer.status}:\n{answer.text[:1500]}")
    return answer.status


def _print(scenario: Scenario, mine: Measured, theirs: Measured, statements: int) -> None:
    ratio = mine.rate / theirs.rate
    goal = ""
    if scenario.goal is not None:
        goal = f">= {scenario.goal:.1f} {'reached' if ratio >= scenario.goal else 'MISSED'}"
    _line(scenario.name, mine, str(statements), f"{ratio:.2f}", goal)


def _print_bare(theirs: Measured) -> None:
    _line("bare page", theirs, "1", "1.00", "")


def _line(name: str, measured: Measured, statements: str, ratio: str, goal: str) -> None:
    if measured.wrong:
        goal += f" {measured.wrong} wrong answers"
    times = f"{measured.percentile(0.5):.1f}", f"{measured.percentile(0.99):.1f}"
    cells = (name, f"{measured.rate:.0f}", *times, statements, ratio, goal)
    print("".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip(), flush=True)


def _compare_reports(results: dict[str, Measured]) -> None:
    if {"report at 1,000", "report at 100,000"} <= results.keys():
        ratio = results["report at 100,000"].percentile(0.5) / results["report at 1,000"].percentile(0.5)
        said = "reached" if ratio <= 2 else "MISSED"
        print(f"\nThe report at 100,000 people takes {ratio:.2f} times as long as at 1,000 (goal: at most 2, {said})")


if __name__ == "__main__":
    main()
