"""Every kind of page that a role can reach: for axe, on a phone, light and dark."""

import re
from collections import deque
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from app.demo.company import PARTS
from tests.e2e.conftest import Visit
from tests.e2e.serving import Server
from tests.e2e.steps import DESK, PHONE, RULES_OF_COLOURS, look_at, shot, sign_in

OF_EACH_KIND = 1
DOWNLOADS = re.compile(r"\.(csv|pdf|svg|png|xlsx)$")
WORDS_OF_A_PLACE = {"new", "edit", "submit", "result", "deactivate", "certification", "tries"}
WORDS_OF_A_PLACE |= {"blockers", "results", "surveys", "waves", "questions", "processes", "you-said", "unanswered"}
WORDS_OF_A_PLACE |= {"s", "answer", "code", "drafts", "draft", "merge", "split", "links", "preview"}
# What several roles see alike is looked at as some of them: first parts of addresses, or kinds. That it answers for all
# of them is asked in tests/demo/test_every_address.py.
LEARNERS = {"newhire", "agent"}
LOOKED_AT_AS = dict.fromkeys(("courses", "quizzes", "attempts", "account", "no"), LEARNERS) | {
    "reports/certification": {"hr", "supervisor"},
    "people": {"hr", "supervisor"},
    "nps": {"champion", "supervisor", *LEARNERS},
    "certificates": LEARNERS,
    "verify": LEARNERS,
    "voice": {"champion", "agent"},
    "voice/unanswered": {"executive"},
    "coaching": {"champion", "supervisor", *LEARNERS},
}


def kind_of(path: str) -> str:
    """Addresses that show the same kind of page: numbers, slugs and codes left open."""
    parts = [part for part in path.split("/") if part]
    return "/".join(part if n == 0 or part in WORDS_OF_A_PLACE else "*" for n, part in enumerate(parts)) or "/"


def is_looked_at(kind: str, part: str) -> bool:
    return part in LOOKED_AT_AS.get(kind, LOOKED_AT_AS.get(kind.split("/", maxsplit=1)[0], {part}))


def links_of(page: Page) -> list[str]:
    there = "[...document.querySelectorAll('main a[href], header a[href]')]"  # in charts, too, where href is no text
    here = page.evaluate(there + ".map(a => new URL(a.getAttribute('href'), document.baseURI).href)")
    found = [urlsplit(address) for address in here if address.startswith(page.evaluate("location.origin"))]
    return [f"{part.path}?{part.query}".rstrip("?") for part in found if not DOWNLOADS.search(part.path)]


@pytest.mark.parametrize("part", PARTS)
def test_no_page_of_any_role_has_findings_or_scrolls_sideways(served: Server, visit: Visit, part: str) -> None:
    page = visit(served, width=PHONE)
    sign_in(page, part)
    waiting, visited, problems = deque(["/", "/account", "/no/such/page"]), dict[str, str](), list[str]()
    while waiting:
        path = waiting.popleft()
        kind = kind_of(urlsplit(path).path)
        if kind in visited or not is_looked_at(kind, part):
            continue
        answered = page.goto(path)
        status = answered.status if answered else 0
        kind = kind_of(urlsplit(page.url).path)
        if kind in visited:
            continue
        visited[kind] = path
        if status >= 400 and path != "/no/such/page":
            problems.append(f"{path} is linked to and answers {status}")
        if is_looked_at(kind, part):
            problems += look_at_all(page, f"{part} {path}")
        waiting += links_of(page)
    assert "/" in visited
    assert sum(part in roles for roles in LOOKED_AT_AS.values()) == 0 or len(visited) > 1, visited
    assert not problems, "\n".join(problems)


def look_at_all(page: Page, name: str) -> list[str]:
    """On a phone, light and dark, and at a desk."""
    found = look_at(page, f"{name} at {PHONE}")
    page.emulate_media(color_scheme="dark")
    found += look_at(page, f"{name} at {PHONE} in the dark", RULES_OF_COLOURS)
    shot(page, f"roles-{name}-{PHONE}-dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESK, "height": 900})
    found += look_at(page, f"{name} at {DESK}", RULES_OF_COLOURS)
    shot(page, f"roles-{name}-{DESK}")
    page.set_viewport_size({"width": PHONE, "height": 800})
    return found
