"""Which column of a file is which field: strict models, in files for the mappings that come with Uplift."""

import functools
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from app.core.content import Source, StrictModel

FOLDER = Path(__file__).parent / "mappings"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
MOST_SEGMENTS = 20  # every pair of labels is counted, so that many more would cost more than they tell
TIME_WORDS = {"": "2026-01-31 14:05", "day-first": "31/01/2026 14:05", "month-first": "1/31/2026 2:05 PM"}

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


# The name of a column, or several in the order in which they are looked for. "*_END" stands for the column that has
# another one beside it called the same with "_END" at its end.
Column = Annotated[list[Text], BeforeValidator(_several), Field(min_length=1, max_length=20)]


class Columns(StrictModel):
    """The columns of a response's fields. The first three have to be in the file."""

    external_id: Column
    score: Column
    responded_at: Column
    comment: Column | None = None
    survey: Column | None = None
    touchpoint: Column | None = None
    channel: Column | None = None
    department: Column | None = None
    team: Column | None = None
    tier: Column | None = None
    employee: Column | None = None  # employee id or e-mail address
    customer_key: Column | None = None
    customer_name: Column | None = None
    customer_email: Column | None = None
    customer_phone: Column | None = None
    osat: Column | None = None


class Fixed(StrictModel):
    """What all responses of a file are labelled with where it has no column for it, or an empty cell."""

    survey: Text | None = None
    touchpoint: Text | None = None
    channel: Text | None = None
    department: Text | None = None
    team: Text | None = None
    tier: Text | None = None


class DriverColumn(StrictModel):
    """A column of ratings, from 1 to 5 or from 0 to 10."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    column: Column
    low: int = 1
    high: int = 5

    @model_validator(mode="after")
    def _scale_is_known(self) -> Self:
        if (self.low, self.high) not in {(1, 5), (0, 10)}:
            raise ValueError("a driver is rated from 1 to 5 or from 0 to 10")
        return self


class Skip(StrictModel):
    """Rows to leave out: those with one of these values in this column. A file without the column has none."""

    column: Column
    values: list[str] = Field(min_length=1, max_length=50)


class ResponseMapping(StrictModel):
    """How to read the responses of a file."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    source: Annotated[str, StringConstraints(pattern=SLUG, max_length=80)]  # tells apart equal external ids
    about: str = Field("", max_length=500)
    delimiter: Literal["auto", ",", ";", "tab"] = "auto"
    header_rows: int = Field(1, ge=1, le=5)  # the names are in the first
    encoding: Literal["auto", "utf-8", "utf-16", "windows-1252"] = "auto"
    columns: Columns
    fixed: Fixed = Fixed()
    segments: dict[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)], Column] = (
        Field(default_factory=dict, max_length=MOST_SEGMENTS)
    )
    drivers: list[DriverColumn] = Field(default_factory=list, max_length=30)
    time_zone: str = ""  # of times that name none; empty: the file's own where it says one, else the installation's
    time_format: str = ""  # empty: ISO; "day-first", "month-first", or a pattern such as "%d.%m.%Y %H:%M"
    unknown_employee: Literal["refuse", "leave_out"] = "refuse"
    skip: list[Skip] = Field(default_factory=list, max_length=20)

    @field_validator("time_zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        try:
            return value and ZoneInfo(value).key
        except (KeyError, ValueError, OSError):
            raise ValueError(f"there is no time zone {value!r}; an example is Europe/Berlin") from None

    @field_validator("time_format")
    @classmethod
    def _format_is_known(cls, value: str) -> str:
        if value not in TIME_WORDS and "%" not in value:
            raise ValueError("a time is day-first, month-first or a pattern such as %d.%m.%Y %H:%M; empty means ISO")
        return value

    @field_validator("drivers")
    @classmethod
    def _drivers_differ(cls, value: list[DriverColumn]) -> list[DriverColumn]:
        names = [driver.name.casefold() for driver in value]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"the driver {name!r} is there twice")
        return value

    @property
    def scales(self) -> dict[str, tuple[int, int]]:
        """The scale of each driver by its name."""
        return {driver.name: (driver.low, driver.high) for driver in self.drivers}


@functools.cache
def ready_mappings() -> dict[str, ResponseMapping]:
    """The mappings that come with Uplift, by the names of their files."""
    return {path.stem: load_mapping(path) for path in sorted(FOLDER.glob("*.yaml"))}


def load_mapping(path: Path) -> ResponseMapping:
    """A mapping from a file. Raises ContentError with every problem, its line and key."""
    return Source(path, path.parent).load(ResponseMapping)


def content_of(mapping: ResponseMapping) -> dict[str, Any]:
    """As it is kept in the database: ResponseMapping.model_validate reads it again."""
    return mapping.model_dump(mode="json", exclude_defaults=True)
