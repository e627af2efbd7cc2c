"""Whom the rule of a wave finds.

A rule is {"department": [...], "location": [...], "job_role": [...], "hired": [least, most days ago]}, each of them
optional: any of the values of a field, and all of the fields together. An empty one finds everyone who works here.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from app.accounts.models import Person
from app.accounts.queries.lists import FILTERS
from app.core.db import db


def people(rule: Mapping[str, Any], today: date) -> Select[Any]:
    """Selects the ids of those whom the rule finds today."""
    statement = select(Person.id).where(Person.active)
    for name, column in FILTERS.items():
        if rule.get(name):
            statement = statement.where(column.in_(rule[name]))
    if rule.get("hired"):
        least, most = rule["hired"]
        statement = statement.where(
            Person.hire_date.between(today - timedelta(days=most), today - timedelta(days=least))
        )
    return statement


def how_many(rule: Mapping[str, Any], today: date) -> int:
    """People whom the rule finds today. One statement."""
    return db.session.scalar(select(func.count()).select_from(people(rule, today).subquery())) or 0
