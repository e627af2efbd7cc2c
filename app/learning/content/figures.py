"""Pictures of lessons: what may be in one, how large it is, and what its address is made of."""

import hashlib
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}
_RUNS_CODE = {"script", "style", "foreignobject", "iframe", "embed", "object", "handler", "set", "animate"}
_OUTWARD = re.compile(r"url\(\s*['\"]?(?!#)", re.IGNORECASE)
_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Figure:
    """One picture: its bytes, its size in CSS pixels, and the digest that its address holds."""

    name: str
    data: bytes
    width: int
    height: int

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[Path(self.name).suffix]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.name.encode() + b"\0" + self.data).hexdigest()


class _SvgReader:
    """Walks through an SVG and notes, with its line, whatever may run code or reach out."""

    def __init__(self) -> None:
        self.wrong: list[tuple[int, str]] = []
        self.size: tuple[int, int] | None = None
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _note(self, message: str) -> None:
        self.wrong.append((self.parser.CurrentLineNumber, message))

    def _instruction(self, target: str, _data: str) -> None:
        self._note(f"a figure holds no <?{target}?>")

    def _doctype(self, *_rest: object) -> None:
        self._note("a figure holds no DOCTYPE")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2].lower()
        if self.size is None:
            self.size = _size(attributes) if name == "svg" else (0, 0)
            if name != "svg":
                self._note("a figure begins with <svg>")
        if name in _RUNS_CODE:
            self._note(f"a figure holds no <{name}>")
        for key, value in attributes.items():
            local = key.rpartition(":")[2].lower()
            if local == "style" or local.startswith("on"):
                self._note(f"a figure holds no {local} attribute")
            elif (local == "href" and not value.startswith("#")) or _OUTWARD.search(value):
                self._note(f"a figure refers to nothing outside itself ({local})")


def _size(attributes: Mapping[str, str]) -> tuple[int, int]:
    box = attributes.get("viewBox", "").replace(",", " ").split()
    sizes = [attributes.get("width", ""), attributes.get("height", "")]
    numbers = [_NUMBER.fullmatch(text.removesuffix("px")) for text in sizes]
    if not all(numbers) and len(box) == 4:
        numbers = [_NUMBER.fullmatch(text) for text in box[2:]]
    width, height = (round(float(number[1])) if number else 0 for number in numbers)
    return width, height


def read_figure(name: str, data: bytes) -> tuple[Figure, list[tuple[int, str]]]:
    """The picture, and what is wrong with it as (line, message)."""
    if name.endswith(".png"):
        return _read_png(name, data)
    reader = _SvgReader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        reader.wrong.append((error.lineno, f"not valid XML: {expat.ErrorString(error.code)}"))
    width, height = reader.size or (0, 0)
    if not reader.wrong and not (width and height):
        reader.wrong.append((1, "a figure says its width and height, or has a viewBox"))
    return Figure(name, data, width, height), reader.wrong


def _read_png(name: str, data: bytes) -> tuple[Figure, list[tuple[int, str]]]:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return Figure(name, data, 0, 0), [(1, "this is not a PNG picture")]
    width, height = struct.unpack(">II", data[16:24])
    return Figure(name, data, width, height), []
