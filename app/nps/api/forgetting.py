"""What is kept to recognise repeats is forgotten after 30 days."""

from app.core import clock
from app.core.db import db
from app.nps.operations.calls import forget_calls
from app.nps.operations.deliveries import forget_deliveries


def forget_old() -> int:
    now = clock.now()
    gone = forget_calls(now) + forget_deliveries(now)
    db.session.commit()
    return gone
