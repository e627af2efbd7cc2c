"""What becomes of responses that are given: compared with those that are there, in the order given."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Protocol, cast

from sqlalchemy import select

from app.core.bulk import among
from app.core.db import db
from app.nps.models import Response, ResponseVersion
from app.nps.operations.rows import Row, row_of
from app.nps.operations.vocabulary import Vocabulary, chunks
from app.nps.rules.responses import Outcome
from app.nps.rules.sheets import Sheet
from app.nps.rules.versions import Standing


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one response, and why it was refused."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class Recorded:
    """What became of each response, in the order given."""

    outcomes: list[Judged]

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(map(attrgetter("outcome"), self.outcomes))


_JUDGED = {outcome: Judged(outcome) for outcome in Outcome}


@dataclass(slots=True)
class Known(Standing):
    """A response that is there, or that is given twice: its row here, the one in the database, and those it has had."""

    id: int = 0
    row: Row | None = None
    before: Row | None = None
    replaced: list[Row] = field(default_factory=list)


class Memory(Protocol):
    """What was judged before and is not in the database."""

    def recall(self, external_ids: Sequence[str]) -> Mapping[str, Known]: ...


@dataclass
class Taken:
    """The responses that add or correct something, in order: their places in the sheet and their fingerprints.

    `known` has those that are there already, or are taken twice, by their place in this list.
    """

    places: list[int] = field(default_factory=list)
    marks: list[bytes] = field(default_factory=list)
    known: dict[int, Known] = field(default_factory=dict)

    def add(self, place: int, mark: bytes, known: Known | None) -> None:
        if known is not None:
            self.known[len(self.places)] = known
        self.places.append(place)
        self.marks.append(mark)


class Judge:
    """Compares responses of one source with those that are there."""

    def __init__(
        self, source_id: int, vocabulary: Vocabulary, leave_out_unknown: bool, memory: Memory | None = None
    ) -> None:
        self._source_id, self._vocabulary, self._leave_out_unknown = source_id, vocabulary, leave_out_unknown
        self._memory = memory

    def judge(self, sheet: Sheet) -> tuple[Recorded, Taken]:
        """What becomes of each response, and those that are to be written."""
        marks = sheet.marks
        fine: Sequence[int] = range(len(marks))
        if str in set(map(type, marks)):
            fine = [place for place, mark in enumerate(marks) if isinstance(mark, bytes)]
        readable = sheet.only(fine)
        of_readable = cast("list[bytes]", readable.marks)
        present, known = self._find(readable.external_id, of_readable)
        refusal_of = self._refusals(sheet, readable)
        if not present and not known and refusal_of is None and len(fine) == len(marks):
            # A file that is new: nothing is there yet, and nothing is wrong.
            return Recorded([_JUDGED[Outcome.ADDED]] * len(fine)), Taken(list(fine), of_readable)
        outcomes: list[Judged] = []
        taken = Taken()
        for place, (external_id, mark) in enumerate(zip(sheet.external_id, marks, strict=True)):
            if isinstance(mark, str):
                outcomes.append(Judged(Outcome.REFUSED, mark))
                continue
            standing = known.get(external_id)
            if standing is not None:
                outcome = standing.judge(mark)
            else:
                outcome = Outcome.UNCHANGED if present.get(external_id) == mark else Outcome.ADDED
            if outcome in _WRITTEN:
                if refusal_of and (reason := refusal_of(place)):
                    outcomes.append(Judged(Outcome.REFUSED, reason))
                    continue
                if standing is not None:
                    standing.take(mark)
                taken.add(place, mark, standing)
            outcomes.append(_JUDGED[outcome])
        return Recorded(outcomes), taken

    def _refusals(self, sheet: Sheet, readable: Sheet) -> Callable[[int], str] | None:
        """Says of a row why it is refused; None when none is. The people named are met."""
        staff, drivers = self._vocabulary.staff, self._vocabulary.drivers
        names = set(readable.employee)
        staff.meet(names)
        unknown = set() if self._leave_out_unknown else {name for name in names if name and staff.find(name) is None}
        unrated = drivers.refusals(readable.drivers)
        if not unknown and not unrated:
            return None

        def refusal(place: int) -> str:
            name = sheet.employee[place]
            if name in unknown:
                return f"employee: nobody here has the employee id or e-mail address “{name}”"
            return unrated.get(sheet.drivers[place], "")

        return refusal

    def _find(self, external_ids: Sequence[str], marks: Sequence[bytes]) -> tuple[dict[str, bytes], dict[str, Known]]:
        """The fingerprints of those that are there, and all that is known of those that may change."""
        present, ids = self._present(external_ids)
        known: dict[str, Known] = {}
        if self._memory:
            known.update(self._memory.recall(external_ids))
        if len(set(external_ids)) < len(external_ids):
            twice = [name for name, times in Counter(external_ids).items() if times > 1 and name not in known]
            known.update((name, Known(present=present.get(name), id=ids.get(name, 0))) for name in twice)
        for name, mark in zip(external_ids, marks, strict=True) if present else ():
            if name not in known and present.get(name, mark) != mark:
                known[name] = Known(present=present[name], id=ids[name])
        self._load({one.id: one for one in known.values() if one.id})
        return present, known

    def _present(self, external_ids: Sequence[str]) -> tuple[dict[str, bytes], dict[str, int]]:
        present: dict[str, bytes] = {}
        ids: dict[str, int] = {}
        found = select(Response.external_id, Response.id, Response.fingerprint).where(
            Response.source_id == self._source_id, among(Response.external_id, external_ids)
        )
        for name, response_id, mark in db.session.execute(found):
            present[name], ids[name] = mark, response_id
        return present, ids

    def _load(self, by_id: Mapping[int, Known]) -> None:
        """What may be corrected, in full, and the fingerprints of what it said earlier."""
        columns = [getattr(Response, name) for name in Row._fields]
        for chunk in chunks(by_id):
            for found in db.session.execute(select(*columns).where(Response.id.in_(chunk))):
                by_id[found.id].row = by_id[found.id].before = row_of(found)
            earlier = select(ResponseVersion.response_id, ResponseVersion.fingerprint)
            for response_id, mark in db.session.execute(earlier.where(ResponseVersion.response_id.in_(chunk))):
                by_id[response_id].earlier.add(mark)


_WRITTEN = {Outcome.ADDED, Outcome.CORRECTED}
