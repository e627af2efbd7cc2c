"""Menu items and template slots: how slices show themselves in pages that they do not own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request
from flask_login import current_user
from markupsafe import Markup

from app.core.pages import page_url
from app.core.permissions import Can, allows

_ITEMS = "uplift.nav"
_SLOTS = "uplift.slots"


@dataclass(frozen=True)
class MenuItem:
    """A link in the main menu, shown to whoever has the capability."""

    label: str
    endpoint: str
    capability: Can
    position: int = 100

    @property
    def url(self) -> str:
        return page_url(self.endpoint)

    @property
    def active(self) -> bool:
        """Whether the page shown is this item's, or lies below it."""
        here, url = request.path, self.url
        return here == url or (url != "/" and here.startswith(url + "/"))


def add_menu_item(app: Flask, item: MenuItem) -> None:
    app.extensions[_ITEMS].append(item)
    app.extensions[_ITEMS].sort(key=lambda i: (i.position, i.label))


def menu() -> list[MenuItem]:
    """The items that the signed-in person may open."""
    person = current_user._get_current_object()  # once for all items: every page shows the menu
    return [item for item in current_app.extensions[_ITEMS] if allows(person, item.capability)]


def fill_slot(app: Flask, name: str, fill: Callable[[Any], str]) -> None:
    """Add a fragment to the named slot. `fill(obj)` returns safe HTML, or an empty string to show nothing."""
    app.extensions[_SLOTS].setdefault(name, []).append(fill)


def slot(name: str, obj: Any = None) -> Markup:
    fragments = (fill(obj) for fill in current_app.extensions[_SLOTS].get(name, ()))
    return Markup("").join(Markup(fragment) for fragment in fragments if fragment)  # noqa: S704 - fills render templates


def init_app(app: Flask) -> None:
    app.extensions[_ITEMS] = []
    app.extensions[_SLOTS] = {}
    app.jinja_env.globals.update(menu=menu, slot=slot)
