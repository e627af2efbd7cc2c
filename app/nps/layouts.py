"""A mapping meets a file's header: which column is which field, and what is missing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from app.nps.content import ResponseMapping, ready_mappings
from app.nps.rules.folding import fold
from app.nps.rules.parsing import LIMITS, Layout, Place

NEEDED = ("external_id", "score", "responded_at")
SYNONYMS = {
    "external_id": ("externalid", "responseid", "recordid", "surveyresponseid", "id"),
    "score": ("score", "nps", "npsscore", "recommend", "likelihoodtorecommend", "ltr", "rating"),
    "responded_at": (
        *("respondedat", "recordeddate", "responsetimestamp", "responsedate", "submittedat", "completedat", "enddate"),
        *("timestamp", "createdat", "datetime", "date", "time"),
    ),
    "comment": ("comment", "comments", "npscomment", "verbatim", "feedback", "reason", "why"),
    "survey": ("survey", "surveyname", "campaign"),
    "touchpoint": ("touchpoint", "journey", "journeystage"),
    "channel": ("channel", "contactchannel", "distributionchannel"),
    "department": ("department", "unit", "division"),
    "team": ("team", "teamname", "group"),
    "tier": ("tier", "valuetier", "plan", "segmentvalue"),
    "employee": ("employee", "employeeid", "employeeemail", "agent", "agentid", "agentemail", "servedby"),
    "customer_key": ("customerkey", "customerid", "customernumber", "accountid", "externalreference", "clientid"),
    "customer_name": ("customername", "contactname", "personname", "name"),
    "customer_email": ("customeremail", "email", "recipientemail", "contactemail", "emailaddress"),
    "customer_phone": ("customerphone", "phone", "phonenumber", "contactphone"),
    "osat": ("osat", "satisfaction", "overallsatisfaction", "csat"),
}
_MARK_OF_DELIGHTED = "delighted"


class Misfit(Exception):
    """A mapping that doesn't fit a file; `problems` are sentences."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


class Header:
    """The names of a file's columns."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = [name.strip() for name in names]
        self._folded = [fold(name) for name in self.names]

    def find(self, candidates: Iterable[str]) -> Place | None:
        """The first of these columns that is there (see content.Column)."""
        for candidate in candidates:
            number = self._number(fold(candidate))
            if number is not None:
                return Place(self.names[number], number)
        return None

    def _number(self, wanted: str) -> int | None:
        if not wanted.startswith("*"):
            return self._folded.index(wanted) if wanted in self._folded else None
        ending = wanted[1:]
        beside = (name.removesuffix(ending) for name in self._folded if name.endswith(ending))
        return next((self._folded.index(name) for name in beside if name in self._folded), None)

    def is_twice(self, place: Place) -> bool:
        return self._folded.count(self._folded[place.number]) > 1


def check_header(mapping: ResponseMapping, header: Sequence[str]) -> list[str]:
    """What is wrong with a file that has these names of columns; empty when it can be read."""
    return list(_problems(mapping, Header(header)))


def absent_columns(mapping: ResponseMapping, header: Sequence[str]) -> list[str]:
    """The fields that the mapping knows and the file has no column for."""
    names = Header(header)
    return [name for name, candidates in _columns(mapping).items() if not names.find(candidates)]


def fit(mapping: ResponseMapping, headers: Sequence[Sequence[str]], zone: ZoneInfo) -> Layout:
    """Where everything stands in a file with these header rows. `zone` is for times of which nothing says it.

    Raises Misfit.
    """
    names = Header(headers[0])
    problems = list(_problems(mapping, names))
    if problems:
        raise Misfit(problems)
    places = {name: place for name, candidates in _columns(mapping).items() if (place := names.find(candidates))}
    responded_at = places["responded_at"]
    return Layout(
        width=len(names.names),
        fields={name: place for name, place in places.items() if name in LIMITS},
        score=places["score"],
        responded_at=responded_at,
        osat=places.get("osat"),
        fixed={name: text for name, text in mapping.fixed.model_dump().items() if text},
        segments={name: _found(names, candidates) for name, candidates in mapping.segments.items()},
        drivers={one.name: (_found(names, one.column), (one.low, one.high)) for one in mapping.drivers},
        skip=[
            (place, frozenset(value.strip().lower() for value in rule.values))
            for rule in mapping.skip
            if (place := names.find(rule.column))
        ],
        zone=ZoneInfo(mapping.time_zone) if mapping.time_zone else _told_zone(headers[1:], responded_at) or zone,
        time_format=mapping.time_format,
    )


def _columns(mapping: ResponseMapping) -> Mapping[str, Sequence[str]]:
    return mapping.columns.model_dump(exclude_none=True)


def _found(names: Header, candidates: Sequence[str]) -> Place:
    place = names.find(candidates)
    if place is None:
        raise Misfit([f"There is no column {_or(candidates)}."])
    return place


def _problems(mapping: ResponseMapping, names: Header) -> Iterable[str]:
    columns = _columns(mapping)
    needed = [(field, columns[field]) for field in NEEDED]
    needed += [(f"segment {name}", candidates) for name, candidates in mapping.segments.items()]
    needed += [(f"driver {driver.name}", driver.column) for driver in mapping.drivers]
    for field, candidates in needed:
        if names.find(candidates) is None:
            yield f"There is no column {_or(candidates)} (for {field})."
    used = [*columns.values(), *mapping.segments.values(), *(driver.column for driver in mapping.drivers)]
    used += [rule.column for rule in mapping.skip]
    twice = {place.column for candidates in used if (place := names.find(candidates)) and names.is_twice(place)}
    for name in sorted(twice):
        yield f"There are two columns “{name}”, so that it is not clear which is meant. Rename one of them."


def _or(candidates: Sequence[str]) -> str:
    said = [f"“{name[1:]}”, with its answer beside it," if name.startswith("*") else f"“{name}”" for name in candidates]
    return " or ".join(said)


def _told_zone(headers: Sequence[Sequence[str]], place: Place) -> ZoneInfo | None:
    """Qualtrics says in its third header row in which zone it wrote a column of times."""
    for cells in headers:
        cell = cells[place.number] if place.number < len(cells) else ""
        try:
            told = json.loads(cell) if cell.startswith("{") else {}
            return ZoneInfo(told["timeZone"])
        except (ValueError, KeyError, OSError, TypeError):
            continue
    return None


@dataclass(frozen=True)
class Guess:
    """What a header looks like: the ready mapping that fits, if one does, and the content of a mapping.

    Where `missing` names fields, nothing was found for them, and the content is no mapping yet.
    """

    ready: str
    content: dict[str, Any]
    missing: list[str]


def guess_mapping(header: Sequence[str]) -> Guess:
    """Which column may be which field, by the columns' names."""
    names = Header(header)
    ready = next((name for name in ("plain", "qualtrics", "delighted") if _is_from(name, header)), "")
    known = _columns(ready_mappings()[ready]) if ready else SYNONYMS
    spelled = Header([_letters(name) for name in header])
    columns: dict[str, str] = {}
    for field, candidates in known.items():
        place = (names if ready else spelled).find(candidates)
        if place and (ready or names.names[place.number] not in columns.values()):
            columns[field] = names.names[place.number]
    rest = ready_mappings()[ready].model_dump(exclude={"columns", "about"}, exclude_defaults=True) if ready else {}
    content = {"name": "", "source": "", **rest, "columns": columns}
    return Guess(ready, content, [field for field in NEEDED if field not in columns])


def _is_from(ready: str, header: Sequence[str]) -> bool:
    if ready == "delighted" and not any(_MARK_OF_DELIGHTED in name.casefold() for name in header):
        return False  # its columns have names that any file may have
    return not check_header(ready_mappings()[ready], header)


def _letters(name: str) -> str:
    return "".join(char for char in fold(name) if char.isalnum())
