"""How often a program may call: counted per token, per webhook, and per address of whoever shows neither."""

import math
from http import HTTPStatus

from flask import Flask, current_app
from limits import RateLimitItem, parse_many
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from app.core import clock
from app.nps.api.web import Problem

_KEY = "uplift.api_throttle"


class Throttle:
    """The calls of one application."""

    def __init__(self, app: Flask) -> None:
        self.limits: list[RateLimitItem] = parse_many(app.config["API_LIMIT"])
        self.calls = MovingWindowRateLimiter(storage_from_string(app.config["RATELIMIT_STORAGE_URI"]))

    def count(self, kind: str, name: object) -> None:
        """Count a call. Raises Problem (429) when this caller has none left for now."""
        for limit in self.limits:
            if not self.calls.hit(limit, "api", kind, str(name)):
                free_at = self.calls.get_window_stats(limit, "api", kind, str(name)).reset_time
                seconds = max(1, math.ceil(free_at - clock.now().timestamp()))
                raise Problem(
                    HTTPStatus.TOO_MANY_REQUESTS,
                    f"Too many calls in a short time. The next one is taken in {seconds} s.",
                    headers={"Retry-After": str(seconds)},
                )


def throttle() -> Throttle:
    kept: Throttle = current_app.extensions[_KEY]
    return kept


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = Throttle(app)
