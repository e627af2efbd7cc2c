"""Whether coaching helps."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.coaching import effect_phrases
from app.coaching.queries import effects as queries
from app.coaching.web import coaching
from app.core import clock
from app.core.permissions import Can, require


@coaching.get("/coaching/effects")
def effects() -> ResponseReturnValue:
    require(Can.SEE_EFFECTS)
    metrics, kinds = queries.of_company(clock.today_in("", clock.now()))
    return render_template(
        "coaching/effects.html",
        metrics=metrics,
        kinds=kinds,
        pictures=effect_phrases.pictures(metrics),
        effect_words=effect_phrases,
    )


@coaching.get("/coaching/effects/kinds")
def effect_kinds() -> ResponseReturnValue:
    """What supervisors see of it: kinds of action, in the whole company and without a name."""
    require(Can.SEE_COVERAGE)
    kinds = queries.by_action_kind(clock.today_in("", clock.now()))
    return render_template("coaching/effects_of_kinds.html", kinds=kinds, effect_words=effect_phrases)
