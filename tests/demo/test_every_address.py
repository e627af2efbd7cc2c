"""Every page that a role can reach by links answers, over the demo's data, on both engines."""

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from app.accounts import queries as accounts
from app.accounts.models import Person
from app.core.db import db
from app.demo.company import DOMAIN, PARTS
from tests.factories import sign_in

LINK = re.compile(r'href="([^"#]+)')
OUT_OF_HERE = {"pages.static_file", "accounts.logout"}


def endpoint_of(app, path):
    """What answers at this address by GET; nothing for an address that is not the application's."""
    try:
        return app.url_map.bind("localhost").match(path, method="GET")[0]
    except HTTPException:
        return ""


def test_every_page_that_is_linked_to_answers(demo):
    endpoints, problems = set(), []
    for part in PARTS:
        person = accounts.load_signed_in(db.session.scalar(select(Person.id).where(Person.email == f"{part}@{DOMAIN}")))
        client = sign_in(demo.test_client(), person)
        waiting, seen = deque(["/", "/account"]), set()
        while waiting:
            address = waiting.popleft()
            endpoint = endpoint_of(demo, urlsplit(address).path)
            if not endpoint or endpoint in seen | OUT_OF_HERE:
                continue
            seen.add(endpoint)
            answered = client.get(address)
            if answered.status_code >= 400:
                problems.append(f"{part}: {address} answers {answered.status_code}")
            if answered.mimetype == "text/html":
                found = (urljoin(address, unescape(link)) for link in LINK.findall(answered.text))
                waiting += [link for link in found if link.startswith("/")]
        endpoints |= seen
    assert not problems
    assert len(endpoints) > 60, sorted(endpoints)
