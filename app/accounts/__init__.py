"""People, the reporting tree, roles and sign-in."""

from flask import Flask

from app.accounts import cli, mails, policies, sessions, throttle, views  # noqa: F401 - views fill the blueprint
from app.accounts.web import accounts
from app.core.nav import MenuItem, add_menu_item
from app.core.permissions import Can, register_policy


def init_app(app: Flask) -> None:
    for part in (sessions, throttle, mails, cli):
        part.init_app(app)
    app.register_blueprint(accounts)
    register_policy(app, Can.USE_UPLIFT, policies.can_use_uplift)
    register_policy(app, Can.SEE_PEOPLE, policies.can_see_people)
    register_policy(app, Can.SEE_PERSON, policies.can_see_person)
    register_policy(app, Can.EDIT_PEOPLE, policies.can_edit_people)
    add_menu_item(app, MenuItem("People", "accounts.people", Can.SEE_PEOPLE, position=60))
