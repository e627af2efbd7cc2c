"""Where this slice shows itself: in the menu, and on the page of a person."""

from flask import render_template

from app.accounts.models import Person
from app.core import clock
from app.core.nav import MenuItem
from app.core.permissions import Can, may
from app.nps import phrases
from app.nps.forms import USUAL
from app.nps.queries import counts, subjects
from app.nps.rules import named, score_of

SCORES = MenuItem("Customers’ NPS", "nps.home", Can.SEE_NPS, position=35)


def person_section(person: Person) -> str:
    """What may be said of a person's score lately, for those who may see it."""
    subject = subjects.person(person)
    if not may(Can.SEE_NPS_OF, subject):
        return ""
    period = named(USUAL, clock.today_in("", clock.now()))
    score = score_of(counts.total(subject, period)) if period else None
    return render_template("nps/person_section.html", person=person, score=score, words=phrases)
