"""What a blocker's page shows to whoever looks after it, and what other slices' pages show of the board."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, render_template
from flask_login import current_user

from app.accounts.models import Person
from app.core.db import db
from app.core.errors import NotFound
from app.core.nav import fill_slot
from app.core.permissions import Can, may, require
from app.voice import triage_phrases
from app.voice.models import Blocker
from app.voice.queries import links, triage
from app.voice.triage_forms import TriageForm

_COACHED = "voice_from_coaching"


@dataclass(frozen=True, slots=True)
class Triage:
    """The parts of a blocker's page that are about looking after it, for the signed-in person."""

    blocker: Blocker
    form: TriageForm | None  # None once it is merged: how far it is, is said of what it was merged into
    owner: Person | None
    silos: Sequence[str]
    places: bool  # whether this person gives owners, merges and splits
    links: Sequence[links.Link]
    linkable: Sequence[str]
    into: Any  # the merge of this blocker that holds
    taken_in: Sequence[Any]  # the merges into it that hold
    whole: Any  # what it was split from
    parts: Sequence[Any]  # what was split from it

    @property
    def words(self) -> Any:
        return triage_phrases

    @property
    def merges_back(self) -> bool:
        """Whether one click merges it back into what it was split from."""
        standing = self.into is None and self.whole is not None and self.whole.merged_into_id is None
        return self.places and standing


def blocker_here(blocker_id: int) -> Blocker:
    """The blocker, if the signed-in person may know of it. Raises NotFound."""
    require(Can.SEE_VOICE)
    found = triage.find_blocker(blocker_id)
    if found is None or not may(Can.SEE_BLOCKER, found):
        raise NotFound("There is no blocker at this address.")
    require(Can.SEE_BLOCKER, found)
    return found


def triage_of(blocker: Blocker, form: TriageForm | None = None) -> Triage | None:
    """What there is to look after, with `form` as it was typed; None for whoever does not look after this one.

    Seven statements for a champion, and one for each kind of thing it is linked to.
    """
    if not may(Can.UPDATE_BLOCKER, blocker):
        return None
    merges = triage.merges_of(blocker)
    into = next((row for row in merges if row.source_id == blocker.id), None)
    places = may(Can.TRIAGE_BLOCKERS)
    owner = db.session.get(Person, blocker.owner_id) if blocker.owner_id else None
    whole, parts = triage.relatives(blocker)
    return Triage(
        blocker=blocker,
        form=None if into else _offered(form or TriageForm.of(blocker, owner), places),
        owner=owner,
        silos=triage.silos() if places and into is None else (),
        places=places,
        links=[link for link in links.links_of(blocker.id, current_user) if link.kind in links.LINKABLE],
        linkable=links.linkable(),
        into=into,
        taken_in=[row for row in merges if row.target_id == blocker.id],
        whole=whole,
        parts=parts,
    )


def _offered(form: TriageForm, places: bool) -> TriageForm:
    if not form.offered:
        form.offer(triage.drivers() if places else (), places=places)
    return form


def action_note(action: Any) -> str:
    """In coaching, below an action that names a blocker: where that is on the board. One statement a person."""
    if action.kind != "blocker":
        return ""
    known: dict[int, Any] = g.setdefault(_COACHED, {})
    if action.person_id not in known:
        known[action.person_id] = links.from_coaching(action.person_id)
    found = known[action.person_id].get(str(action.id))
    if found is None or not may(Can.SEE_BLOCKER, found):
        return ""
    return render_template("voice/action_note.html", one=found)


def lesson_note(ref: str) -> str:
    """In a lesson, for champions: the blockers that say it is otherwise at work. `ref` is "course/lesson"."""
    if not may(Can.TRIAGE_BLOCKERS):
        return ""
    found = links.contradicting(links.LESSON, ref)
    return render_template("voice/lesson_note.html", found=found) if found else ""


def init_app(app: Any) -> None:
    fill_slot(app, "coaching.action", action_note)
    fill_slot(app, "lesson.notes", lesson_note)
