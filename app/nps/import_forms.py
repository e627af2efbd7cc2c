"""What each column of a file is: one row of the form a column, as people go through a table they know."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from pydantic import ValidationError as Misshapen
from wtforms import FieldList, Form, FormField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

from app.core.forms import BaseForm, strip
from app.nps.content import ResponseMapping
from app.nps.layouts import Header

NOTHING, SEGMENT = "", "segment"
SCALES = {"driver-1-5": (1, 5), "driver-0-10": (0, 10)}
_USE_OF = {scale: use for use, scale in SCALES.items()}
LONGEST_NAME = 80  # of a driver
NEEDED = {"external_id": "the response’s id", "score": "the score", "responded_at": "the time of the answer"}
FIELDS = {
    "external_id": "Response’s id (needed)",
    "score": "Score from 0 to 10 (needed)",
    "responded_at": "Time of the answer (needed)",
    "comment": "Comment",
    "employee": "Employee who served: id or e-mail",
    "touchpoint": "Touchpoint",
    "channel": "Channel",
    "survey": "Survey",
    "department": "Department",
    "team": "Team",
    "tier": "Customer’s value tier",
    "customer_key": "Customer’s key",
    "customer_name": "Customer’s name",
    "customer_email": "Customer’s e-mail",
    "customer_phone": "Customer’s phone",
    "osat": "Overall satisfaction, 0 to 10",
}
USES = [
    SelectChoice(NOTHING, "Leave it out"),
    *(SelectChoice(name, label) for name, label in FIELDS.items()),
    SelectChoice("driver-1-5", "A driver, rated 1 to 5"),
    SelectChoice("driver-0-10", "A driver, rated 0 to 10"),
    SelectChoice(SEGMENT, "A segment to split by"),
]
TIMES = [
    SelectChoice("", "2026-01-31 14:05 (ISO)"),
    SelectChoice("day-first", "31/01/2026 14:05"),
    SelectChoice("month-first", "1/31/2026 2:05 PM"),
]
ENCODINGS = [
    SelectChoice("auto", "UTF-8, or what the file says"),
    SelectChoice("windows-1252", "Windows-1252 (older Excel)"),
    SelectChoice("utf-16", "UTF-16"),
    SelectChoice("utf-8", "UTF-8 alone"),
]
UNKNOWN = [
    SelectChoice("refuse", "Refuse the line and say so"),
    SelectChoice("leave_out", "Take the response without the employee"),
]


class UploadForm(BaseForm):
    file = FileField("File of responses (CSV)", [FileRequired("Choose a file.")])


class ColumnForm(Form):  # type: ignore[misc]  # WTForms has no types
    """One column: what it is, and what a driver or segment is called."""

    use = SelectField("What it is", choices=USES)
    called = StringField("Called", [Length(max=LONGEST_NAME, message="At most 80 characters.")], filters=[strip])


class MappingForm(BaseForm):
    """Which column is which. `columns` are in the order of the file's."""

    name = StringField(
        "Name of this way to read a file",
        [InputRequired("Give it a name, so that the next file of this kind needs one click."), Length(max=120)],
    )
    source = StringField(
        "Source",
        [
            InputRequired("Name the source."),
            Length(max=80),
            Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message="Use small letters, digits and single hyphens."),
        ],
        description="The system that the responses come from, such as “qualtrics”. Ids are told apart by source.",
    )
    header_rows = IntegerField(
        "Rows of the header",
        [InputRequired("Give a number."), NumberRange(1, 5, "Between 1 and 5.")],
        description="The names are in the first. Qualtrics has three.",
    )
    time_format = SelectField("Times look like", choices=TIMES)
    time_zone = StringField(
        "Time zone of times that name none",
        [Length(max=64)],
        description="Such as Europe/Berlin; empty: the installation’s.",
    )
    survey = StringField("Survey, where the file names none", [Length(max=200)])
    touchpoint = StringField("Touchpoint, where the file names none", [Length(max=200)])
    unknown_employee = SelectField("An employee who is not known here", choices=UNKNOWN)
    encoding = SelectField("Characters are written in", choices=ENCODINGS)
    columns = FieldList(FormField(ColumnForm), max_entries=400)

    def mapping(self, header: Sequence[str], kept: Mapping[str, Any]) -> ResponseMapping | None:
        """The mapping that was chosen; None after putting what is wrong at its field.

        `kept` is what the page does not ask: rows to leave out, the delimiter.
        """
        uses = [(entry.use.data, entry.called.data or name) for entry, name in zip(self.columns, header, strict=False)]
        content = {**kept, **self._settings(), "columns": self._fields_of(uses, header)}
        content["fixed"] = {**kept.get("fixed", {}), "survey": self.survey.data, "touchpoint": self.touchpoint.data}
        content["fixed"] = {name: text for name, text in content["fixed"].items() if text}
        content["segments"] = {called: header[n] for n, (use, called) in enumerate(uses) if use == SEGMENT}
        content["drivers"] = [
            {"name": called, "column": header[n], "low": SCALES[use][0], "high": SCALES[use][1]}
            for n, (use, called) in enumerate(uses)
            if use in SCALES
        ]
        self._explain_columns(header)
        if self.errors or self.form_errors:
            return None
        try:
            return ResponseMapping.model_validate(content)
        except Misshapen as wrong:
            for error in wrong.errors():
                self._explain(error)
            return None

    def _settings(self) -> dict[str, Any]:
        plain = ("name", "source", "time_format", "time_zone", "unknown_employee", "encoding")
        return {**{name: self[name].data or "" for name in plain}, "header_rows": self.header_rows.data}

    def _explain_columns(self, header: Sequence[str]) -> None:
        """Errors of the rows go on top, with the column's name."""
        for entry, name in zip(self.columns, header, strict=False):
            self.form_errors += [f"“{name}”: {said}" for said in entry.called.errors]
            if entry.use.data != NOTHING and not name:
                self.form_errors.append("A column without a name can’t be used: give it one in the file’s first line.")
        self.columns.errors = []

    def _fields_of(self, uses: Sequence[tuple[str, str]], header: Sequence[str]) -> dict[str, str]:
        columns: dict[str, str] = {}
        for number, (use, _) in enumerate(uses):
            if use in FIELDS and use in columns:
                said = f"“{columns[use]}” is that already: choose one of them."
                self.columns[number].use.errors = [*self.columns[number].use.errors, said]
                self.form_errors.append(f"Two columns are “{FIELDS[use]}”: {columns[use]} and {header[number]}.")
            elif use in FIELDS:
                columns[use] = header[number]
        self.form_errors += [f"No column is {what} yet." for name, what in NEEDED.items() if name not in columns]
        return columns

    def _explain(self, error: Any) -> None:
        place, said = [str(part) for part in error["loc"]], error["msg"].removeprefix("Value error, ")
        field = self._fields.get(place[0]) if place else None
        if field is None or place[0] == "columns":
            self.form_errors.append(f"{' '.join(place)}: {said}")
        else:
            field.errors = [*field.errors, said]


def filled(content: Mapping[str, Any], header: Sequence[str], texts: Sequence[str]) -> dict[str, Any]:
    """The form's data for the content of a mapping that names columns of this header.

    `texts` are the questions' own words, where the file has them in its second row.
    """
    names = Header(header)
    uses = [(column, use, "") for use, column in content["columns"].items()]
    uses += [(column, SEGMENT, name) for name, column in content.get("segments", {}).items()]
    uses += [(one["column"], _USE_OF[one.get("low", 1), one.get("high", 5)], one["name"]) for one in _drivers(content)]
    found = {place.number: (use, name) for column, use, name in uses if (place := names.find(_several(column)))}
    entries = []
    for number in range(len(header)):
        use, called = found.get(number, (NOTHING, ""))
        words = texts[number] if number < len(texts) and use not in FIELDS else ""
        entries.append({"use": use, "called": called or words[:LONGEST_NAME]})
    fixed = content.get("fixed", {})
    plain = ("name", "source", "time_format", "time_zone", "unknown_employee")
    return {
        **{name: content.get(name, "") for name in plain},
        "header_rows": content.get("header_rows", 1),
        "encoding": content.get("encoding", "auto"),
        "survey": fixed.get("survey", ""),
        "touchpoint": fixed.get("touchpoint", ""),
        "columns": entries,
    }


def _drivers(content: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = content.get("drivers", [])
    return found


def _several(column: str | Sequence[str]) -> Sequence[str]:
    return [column] if isinstance(column, str) else column


class ConfirmForm(BaseForm):
    """Nothing but the token: what is imported was shown before."""
