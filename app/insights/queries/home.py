"""A home page put together: the reads that this person's roles call for, and the cards that follow."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.accounts.models import Person, Role
from app.certification import queries as certification
from app.coaching.queries import home as coaching
from app.core import clock
from app.insights import rules
from app.insights.queries import facts
from app.learning import queries as learning
from app.nps.queries import headline as customers
from app.nps.queries import subjects
from app.voice.queries import home as voice


@dataclass(frozen=True)
class Home:
    """What the home page shows."""

    cards: list[rules.Card]
    path: list[Any]
    group: rules.Group | None
    own: list[rules.Happening]
    others: list[rules.Happening]
    ending: list[Any]

    @property
    def is_done(self) -> bool:
        return all(course.state == "done" for course in self.path)

    @property
    def lessons_done(self) -> int:
        return sum(course.lessons_done for course in self.path)

    @property
    def lessons_total(self) -> int:
        return sum(course.lessons_total for course in self.path)


def home_of(person: Person, now: datetime) -> Home:
    """What this person's home page says at this moment."""
    today = clock.today_in(person.time_zone, now)
    path = learning.path_progress(person.id)
    holdings = facts.holdings(person.id, today)
    cards = rules.attempt_cards(facts.open_attempts(person.id))
    cards += rules.holding_cards(holdings)
    cards += rules.coaching_cards(coaching.waiting_for(person, now), today)
    cards += rules.voice_cards(voice.waiting_for(person, today), today)
    cards += rules.assignment_cards(learning.open_assignments(person.id), today)
    if subjects.sees_all(person):
        terms_lately = customers.emerging_terms() if person.has_role(Role.CHAMPION) else ()
        cards += rules.customer_cards(customers.headline(today), terms_lately)
    cards += rules.path_cards(path, holdings)
    group, others, ending = None, [], []
    terms = certification.all_terms() if facts.answers_for_others(person) else []
    if terms:
        group = facts.group_of(person, terms[0], today)
        stuck = facts.out_of_tries(person)
        cards += [rules.group_card(group)]
        cards += [rules.Card("out_of_tries", rules.Urgency.SOON, stuck)] if stuck else []
        others = facts.others_happenings(person, now)
        ending = facts.next_to_end(person, terms[0], today)
    if person.has_role(Role.ADMINISTRATOR):
        outbox = facts.outbox_state()
        cards += [rules.Card("outbox", rules.Urgency.OVERDUE, outbox)] if outbox.troubled else []
    return Home(rules.first_cards(cards), path, group, rules.achieved(path, holdings), others, ending)
