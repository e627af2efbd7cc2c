"""How often someone may try: counted per account, and per network address for tries that came to nothing."""

import ipaddress
import math
from datetime import UTC, datetime, timedelta

from flask import Flask, current_app
from limits import RateLimitItem, parse_many
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from app.accounts.rules.words import fold
from app.core import clock
from app.core.pages import plural

_KEY = "uplift.sign_in_throttle"


class TooManyTries(Exception):
    """No further try for now; `until` is when the next one is taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    @property
    def seconds(self) -> int:
        return max(1, math.ceil((self.until - clock.now()).total_seconds()))

    @property
    def in_words(self) -> str:
        """How long it is until then: "40 seconds", "12 minutes"."""
        seconds = self.seconds
        return plural(seconds, "second") if seconds < 90 else plural(math.ceil(seconds / 60), "minute")


class Throttle:
    """The tries of one application."""

    def __init__(self, app: Flask) -> None:
        # Flask-Limiter's own hooks would cost every request 55 µs; these limits are asked by four views only.
        self.limits: list[RateLimitItem] = parse_many(app.config["SIGN_IN_LIMIT"])
        self.tries = MovingWindowRateLimiter(storage_from_string(app.config["RATELIMIT_STORAGE_URI"]))

    def enter(self, purpose: str, address: str | None, account: str) -> None:
        """Count a try for the account. Raises TooManyTries when the account or the address has none left."""
        place, name = network(address), fold(account)[:254]
        self._refuse_when_spent(purpose, "address", place)
        self._refuse_when_spent(purpose, "account", name)
        for limit in self.limits:
            self.tries.hit(limit, purpose, "account", name)

    def came_to_nothing(self, purpose: str, address: str | None) -> None:
        """Count it for the address too: many people may share one, and most of them know their password."""
        for limit in self.limits:
            self.tries.hit(limit, purpose, "address", network(address))

    def succeeded(self, purpose: str, account: str) -> None:
        """Begin to count anew for the account."""
        for limit in self.limits:
            self.tries.clear(limit, purpose, "account", fold(account)[:254])

    def _refuse_when_spent(self, *key: str) -> None:
        waits = [
            self.tries.get_window_stats(limit, *key).reset_time
            for limit in self.limits
            if not self.tries.test(limit, *key)
        ]
        if waits:
            raise TooManyTries(datetime.fromtimestamp(max(waits), UTC) + timedelta(seconds=1))


def network(address: str | None) -> str:
    """What counts as one place: an IPv4 address, or the /64 that one IPv6 customer gets."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def throttle() -> Throttle:
    kept: Throttle = current_app.extensions[_KEY]
    return kept


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = Throttle(app)
