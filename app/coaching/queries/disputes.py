"""Who reads a disputed observation a second time."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core.db import db


def second_reader(person_id: int, observer_id: int) -> int | None:
    """The observer's supervisor, else the one above the supervisor of the person observed; None: any champion.

    Only someone active, and none of the two who disagree. One statement.
    """
    person, observer, between = aliased(Person), aliased(Person), aliased(Person)
    observers, above = aliased(Person), aliased(Person)
    statement = (
        select(observers.id, observers.active, above.id, above.active)
        .select_from(person)
        .join(observer, observer.id == observer_id)
        .outerjoin(observers, observers.id == observer.manager_id)
        .outerjoin(between, between.id == person.manager_id)
        .outerjoin(above, above.id == between.manager_id)
        .where(person.id == person_id)
    )
    first, first_active, second, second_active = db.session.execute(statement).one()
    for candidate, active in ((first, first_active), (second, second_active)):
        if candidate is not None and active and candidate not in {person_id, observer_id}:
            return int(candidate)
    return None
