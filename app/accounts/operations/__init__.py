"""Verbs on people: each checks, writes, flushes and publishes; none commits."""

from app.accounts.operations.bulk import NewPerson, add_people
from app.accounts.operations.editing import add_by_form, edit_person, mark_of, values_of
from app.accounts.operations.links import ask_reset, invite, invite_by_employee_id, invite_many, make_link, redeem
from app.accounts.operations.passwords import authenticate, change_password, hash_password, set_password
from app.accounts.operations.people import (
    add_person,
    change_person,
    deactivate,
    reactivate,
    set_manager,
    set_roles,
    set_time_zone,
)
from app.accounts.operations.roster import Plan, import_roster, plan_roster

__all__ = [
    "NewPerson",
    "Plan",
    "add_by_form",
    "add_people",
    "add_person",
    "ask_reset",
    "authenticate",
    "change_password",
    "change_person",
    "deactivate",
    "edit_person",
    "hash_password",
    "import_roster",
    "invite",
    "invite_by_employee_id",
    "invite_many",
    "make_link",
    "mark_of",
    "plan_roster",
    "reactivate",
    "redeem",
    "set_manager",
    "set_password",
    "set_roles",
    "set_time_zone",
    "values_of",
]
