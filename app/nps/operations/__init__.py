"""What can be done with responses."""

from app.nps.operations.erasing import erase_customer
from app.nps.operations.judging import Judged, Recorded
from app.nps.operations.recording import Recording, record
from app.nps.operations.rehearsing import Rehearsal
from app.nps.operations.sources import source_named
from app.nps.operations.tallies import rebuild_tallies
from app.nps.operations.vocabulary import Vocabulary

__all__ = [
    "Judged",
    "Recorded",
    "Recording",
    "Rehearsal",
    "Vocabulary",
    "erase_customer",
    "rebuild_tallies",
    "record",
    "source_named",
]
