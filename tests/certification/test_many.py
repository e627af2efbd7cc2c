"""The report of a company of ten thousand costs as many statements as that of ten, and its file is complete."""

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.db import db
from tests.bench.report import load_people
from tests.factories import make_person, sign_in

REPORT = "/reports/certification"


@pytest.mark.parametrize("people", [10, 10_000])
def test_the_report_takes_at_most_eight_statements(shipped_app, count_statements, people):
    load_people(people, clock.now())
    db.session.execute(text("ANALYZE"))  # as engines do by themselves soon after; before it PostgreSQL plans blindly
    db.session.commit()
    client = sign_in(shipped_app.test_client(), make_person(roles=("hr",)))
    for query in ("", "?state=expired&sort=-expires", "?location=City+3&job_role=Role+1"):
        with count_statements() as seen:
            page = client.get(REPORT + query)
        assert page.status_code == 200
        assert len(seen) <= 8
    lines = client.get(f"{REPORT}.csv").text.splitlines()
    assert 0.9 * people <= len(lines) - 1 <= people + 1  # leavers are not in it; the one who asks is
