"""What pages of coaching load first: only what the signed-in person may know exists."""

from flask_login import current_user

from app.accounts.models import Person
from app.accounts.queries import find_visible
from app.coaching.models import Session
from app.coaching.queries import sessions
from app.core.errors import NotFound
from app.core.permissions import Can, require

NO_SESSION = "There is no session at this address, or it is not yours to see."


def person_here(person_id: int) -> Person:
    """The person, seen by themselves and by those above. Raises NotFound and NotAllowed."""
    require(Can.SEE_COACHING)
    found = find_visible(person_id, current_user)
    if found is None:
        raise NotFound("There is nobody at this address, or they are not yours to see.")
    require(Can.SEE_COACHING_OF, found)
    return found


def session_here(session_id: int) -> Session:
    """The session, seen by its two people and by those above. Raises NotFound."""
    require(Can.SEE_COACHING)
    found = sessions.visible_session(session_id, current_user)
    if found is None:
        raise NotFound(NO_SESSION)
    require(Can.SEE_SESSION, found)
    return found
