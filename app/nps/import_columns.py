"""From a file's header to the form that says which column is which, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from wtforms.fields.choices import SelectChoice

from app.nps.content import ResponseMapping, content_of, ready_mappings
from app.nps.files import Unreadable
from app.nps.import_forms import TIMES, MappingForm, filled
from app.nps.layouts import Header, Misfit, guess_mapping
from app.nps.operations.mappings import name_in_address
from app.nps.previews import Head, head_of, preview_of

_KEPT = ("skip", "delimiter", "fixed")  # what the page does not ask, or only in part
_OLDER_EXCEL = "windows-1252"
_HEAD = 65_536  # bytes


@dataclass(frozen=True)
class Columns:
    """The file's head, and the content of the mapping that the form begins with."""

    head: Head
    content: Mapping[str, Any]

    @property
    def samples(self) -> list[str]:
        return self.head.samples(self.content.get("header_rows", 1))

    def form(self) -> MappingForm:
        texts = self.head.texts(self.content.get("header_rows", 1))
        form = MappingForm(data=filled(self.content, self.head.names, texts))
        own = self.content.get("time_format", "")
        if own not in {choice.value for choice in TIMES}:  # a pattern of a saved mapping
            form.time_format.choices = [*TIMES, SelectChoice(own, own)]
        return form

    def chosen(self, form: MappingForm, path: Path, now: datetime) -> ResponseMapping | None:
        """The mapping that the form says, tried on the file; None after putting what is wrong at its field."""
        mapping = form.mapping(self.head.names, {name: self.content[name] for name in _KEPT if name in self.content})
        if mapping is None:
            return None
        if _takes_a_ready_name(mapping, self.head.names):
            said = "A mapping that comes with Uplift is called so, and reads other columns. Give yours another name."
            form.name.errors = [*form.name.errors, said]
            return None
        try:
            preview_of(path, mapping, now)
        except Misfit as misfit:
            form.form_errors += misfit.problems
            return None
        except Unreadable as refusal:
            form.form_errors.append(str(refusal))
            return None
        return mapping


def columns_of(path: Path, content: Mapping[str, Any] | None) -> Columns:
    """The columns as a mapping has them; without one, as their names suggest. Raises Unreadable."""
    if content is not None:
        return Columns(head_of(path, content.get("encoding", "auto"), content.get("delimiter", "auto")), content)
    encoding = "auto"
    try:
        head = head_of(path)
    except Unreadable:
        if not _may_be_older(path):
            raise
        encoding, head = _OLDER_EXCEL, head_of(path, _OLDER_EXCEL)
    return Columns(head, {**guess_mapping(head.names).content, "encoding": encoding})


def _may_be_older(path: Path) -> bool:
    """Whether it is text, and not in UTF-8."""
    with path.open("rb") as file:
        start = file.read(_HEAD)
    if b"\0" in start:
        return False
    try:
        (start[:-4] if len(start) == _HEAD else start).decode()  # a character may be cut in two at the end
    except UnicodeDecodeError:
        return True
    return False


def _takes_a_ready_name(mapping: ResponseMapping, header: Sequence[str]) -> bool:
    ready = ready_mappings().get(name_in_address(mapping.name))
    if ready is None:
        return False
    names = Header(header)
    found = {name: names.find(columns) for name, columns in ready.columns.model_dump(exclude_none=True).items()}
    columns = {name: [place.column] for name, place in found.items() if place}
    return _rest(mapping) != _rest(ready) or mapping.columns.model_dump(exclude_none=True) != columns


def _rest(mapping: ResponseMapping) -> dict[str, Any]:
    asked_apart = {"columns", "about", "name", "source", "encoding"}
    return {name: value for name, value in content_of(mapping).items() if name not in asked_apart}
