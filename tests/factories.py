"""Things that tests need, with plausible values for all that the test does not care about."""

import itertools
from typing import Any

from flask.testing import FlaskClient

from app.accounts import operations
from app.accounts.models import Person, Role
from app.core import clock
from app.core.db import db

PASSWORD = "a long enough phrase"
_numbers = itertools.count(1)


def make_person(*, roles: tuple[Role | str, ...] = (), manager: Person | None = None, **values: Any) -> Person:
    """A person in the database, committed; `roles`, `manager` and every column can be given.

    They have no password (signing in by `sign_in` needs none): give one by operations.set_password.
    """
    number = next(_numbers)
    given_name = values.pop("given_name", "Robin")
    family_name = values.pop("family_name", f"Tester{number}")
    person = operations.add_person(
        **{
            "employee_id": f"E{number:06}",
            "email": f"robin{number}@company.example",
            "given_name": given_name,
            "family_name": family_name,
            "department": "Support",
            "location": "Berlin",
            "job_role": "Agent",
            "now": clock.now(),
            **values,
        },
        manager=manager,
        roles=[Role(role) for role in roles],
    )
    db.session.commit()
    return person


def make_supervisor(reports: int = 1, **values: Any) -> Person:
    """A person with so many reports (see `make_person` for the values)."""
    supervisor = make_person(**{"job_role": "Supervisor", **values})
    for _ in range(reports):
        make_person(manager=supervisor)
    return supervisor


def sign_in(client: FlaskClient, person: Person) -> FlaskClient:
    """Let the client's requests be this person's, without the sign-in page."""
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"] = person.get_id()
        session["_fresh"] = True
        session["signed_in_at"] = int(clock.now().timestamp())
        session.permanent = True
    return client
