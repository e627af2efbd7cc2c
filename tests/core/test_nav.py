from collections.abc import Callable
from typing import Any

import pytest
from flask import render_template_string
from flask_login import UserMixin
from markupsafe import Markup

from app.core import nav
from app.core.nav import MenuItem
from app.core.permissions import Can


class Visitor(UserMixin):
    id = 1
    roles = frozenset()
    is_supervisor = False

    def has_role(self, *roles: Any) -> bool:
        return False


def see(app: Any, may: set[Can]) -> None:
    """Sign everyone in as a visitor who has just these capabilities."""
    app.login_manager._user_callback = lambda _user_id: Visitor()
    app.login_manager._request_callback = lambda _request: Visitor()
    app.extensions["uplift.policies"] = {capability: lambda _person, _obj: True for capability in may}


@pytest.fixture
def menu_of(build: Callable[..., Any]) -> Callable[..., Any]:
    def make(*items: MenuItem, may: set[Can]) -> Any:
        app = build({"/one": lambda: "", "/two": lambda: ""})
        app.extensions["uplift.nav"].clear()
        for item in items:
            nav.add_menu_item(app, item)
        see(app, may)
        return app

    return make


ONE = MenuItem("One", "probe.view0", Can.SEE_PEOPLE, 20)
TWO = MenuItem("Two", "probe.view1", Can.TAKE_COURSES, 10)


def test_the_menu_shows_only_what_one_may_open_in_its_order(menu_of: Callable[..., Any]) -> None:
    app = menu_of(ONE, TWO, may={Can.SEE_PEOPLE, Can.TAKE_COURSES})
    with app.test_request_context("/one"):
        assert [(item.label, item.url) for item in nav.menu()] == [("Two", "/two"), ("One", "/one")]
    with menu_of(ONE, TWO, may={Can.SEE_PEOPLE}).test_request_context("/one"):
        assert [item.label for item in nav.menu()] == ["One"]


def test_signed_out_there_is_no_menu(build: Callable[..., Any]) -> None:
    with build().test_request_context():
        assert nav.menu() == []


def test_the_item_of_the_page_shown_is_marked(menu_of: Callable[..., Any]) -> None:
    app = menu_of(ONE, TWO, may={Can.SEE_PEOPLE, Can.TAKE_COURSES})
    with app.test_request_context("/one"):
        assert [item.active for item in nav.menu()] == [False, True]


@pytest.mark.parametrize(
    ("path", "endpoint", "active"),
    [
        ("/people", "accounts.people", True),
        ("/people/7/edit", "accounts.people", True),
        ("/peoples", "accounts.people", False),
        ("/courses/the-formula", "learning.index", True),
        ("/courses", "accounts.people", False),
        ("/", "insights.home", True),
        ("/people", "insights.home", False),
    ],
)
def test_an_item_is_marked_on_its_page_and_on_those_below_it(site: Any, path: str, endpoint: str, active: bool) -> None:
    with site.test_request_context(path):
        assert MenuItem("A", endpoint, Can.SEE_PEOPLE).active is active


def test_a_slot_shows_its_fragments_in_order_and_skips_empty_ones(site: Any) -> None:
    nav.fill_slot(site, "probe", lambda obj: Markup("<b>{}</b>").format(obj))
    nav.fill_slot(site, "probe", lambda _obj: "")
    nav.fill_slot(site, "probe", lambda _obj: Markup("<i>last</i>"))
    with site.test_request_context():
        assert render_template_string("{{ slot('probe', '<x>') }}") == "<b>&lt;x&gt;</b><i>last</i>"


def test_a_slot_that_nobody_fills_is_empty(site: Any) -> None:
    with site.test_request_context():
        assert nav.slot("nobody") == ""
