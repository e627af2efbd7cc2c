from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from app.core import bus


@dataclass(frozen=True)
class Rang:
    times: int


@dataclass(frozen=True)
class RangTwice(Rang):
    pass


def test_listeners_hear_a_fact_in_the_order_they_subscribed(site: Any) -> None:
    heard: list[tuple[str, int]] = []
    bus.subscribe(site, Rang, lambda event: heard.append(("first", event.times)))
    bus.subscribe(site, Rang, lambda event: heard.append(("second", event.times)))
    with site.app_context():
        bus.publish(Rang(3))
    assert heard == [("first", 3), ("second", 3)]


def test_a_fact_of_a_narrower_type_is_another_fact(site: Any) -> None:
    heard: list[Rang] = []
    bus.subscribe(site, Rang, heard.append)
    with site.app_context():
        bus.publish(RangTwice(2))
    assert heard == []


def test_two_applications_do_not_hear_each_other(build: Callable[..., Any]) -> None:
    one, other = build(), build()
    heard: list[Rang] = []
    bus.subscribe(one, Rang, heard.append)
    with other.app_context():
        bus.publish(Rang(1))
    assert heard == []


def test_a_listener_that_raises_stops_the_publisher_and_those_after_it(site: Any) -> None:
    def refuse(_event: Rang) -> None:
        raise RuntimeError("no")

    heard: list[Rang] = []
    bus.subscribe(site, Rang, refuse)
    bus.subscribe(site, Rang, heard.append)
    with site.app_context(), pytest.raises(RuntimeError, match="no"):
        bus.publish(Rang(1))
    assert heard == []
