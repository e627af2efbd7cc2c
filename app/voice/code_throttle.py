"""How often somebody may try codes that lead nowhere. Right ones are not counted, so that nothing tells who has one."""

from flask import current_app
from flask.blueprints import BlueprintSetupState
from limits import parse_many
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from app.core.errors import UpliftError
from app.voice.operations import sealing
from app.voice.web import voice

_KEY = "uplift.code_throttle"


class TooManyCodes(UpliftError):
    """No further code for now."""

    title = "Too many codes that lead nowhere"


class Throttle:
    """The wrong codes of one application."""

    def __init__(self, limits: str, storage: str) -> None:
        self.limits = parse_many(limits)
        self.tries = MovingWindowRateLimiter(storage_from_string(storage))

    def spent(self, person_id: int) -> bool:
        """Whether this person has no try left."""
        return not all(self.tries.test(limit, "code", _who(person_id)) for limit in self.limits)

    def wrong(self, person_id: int) -> None:
        """Count a code that led nowhere."""
        for limit in self.limits:
            self.tries.hit(limit, "code", _who(person_id))


def _who(person_id: int) -> str:
    """Not the person: whoever can read the counters must not see who mistyped a code."""
    return sealing.vote_digest(sealing.derived("wrong codes"), person_id).hex()


def throttle() -> Throttle:
    kept: Throttle = current_app.extensions[_KEY]
    return kept


@voice.record
def _begin(setup: BlueprintSetupState) -> None:
    config = setup.app.config
    setup.app.extensions[_KEY] = Throttle(config["SIGN_IN_LIMIT"], config["RATELIMIT_STORAGE_URI"])
