"""Files of separated values: found out how they are written, then read record by record or in portions."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, FileIO, TextIOWrapper
from itertools import islice
from pathlib import Path

DELIMITERS = {",": ",", ";": ";", "tab": "\t"}
ENCODINGS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "windows-1252": "cp1252"}
BYTES_OF_A_LINE = 1_000_000
_HEAD = 65_536  # bytes that are looked at to find out
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Unreadable(Exception):
    """A file that can't be read, or not further; the message says where, why and what to do."""


@dataclass(frozen=True)
class Manner:
    """How a file is written: its encoding, by Python's name, and the character between cells."""

    encoding: str
    delimiter: str


@contextmanager
def opened(path: Path, encoding: str = "auto", delimiter: str = "auto") -> Iterator["Records"]:
    """The records of a file, by a mapping's words for how it is written. Raises Unreadable, also while reading."""
    with _Binary(FileIO(path)) as binary:
        head = binary.read(_HEAD)
        binary.seek(0)
        yield Records(path, binary, _manner(head, encoding, delimiter))


class Records:
    """The records of a file that is open; empty ones are passed over.

    Iterating gives pairs of line and cells. It goes on where the last record was, whichever way that was read.
    """

    def __init__(self, path: Path, binary: "_Binary", manner: Manner) -> None:
        self.manner = manner
        self._path, self._binary = path, binary
        text = TextIOWrapper(binary, encoding=manner.encoding, newline="")
        # A quotation mark without a partner swallows the rest of the file up to csv's limit of a cell.
        self._reader = csv.reader(text, delimiter=manner.delimiter, strict=True)

    @property
    def bytes_read(self) -> int:
        """How far the file was read: a little further than the last record."""
        return self._binary.tell()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        for lines, records in self.portions(1):
            yield from zip(lines, records, strict=True)

    def portions(self, size: int) -> Iterator[tuple[Sequence[int], list[list[str]]]]:
        """All that is left, so many records at a time: the lines on which they begin, and their cells."""
        reader = self._reader
        while True:
            begins = reader.line_num + 1
            records = self._read(size)
            if not records:
                return
            lines: Sequence[int] = range(begins, begins + len(records))
            if reader.line_num >= begins + len(records):
                lines = _lines_of(records, begins)
            if not all(map(any, records)):
                there = [place for place, cells in enumerate(records) if any(cells)]
                lines, records = [lines[place] for place in there], [records[place] for place in there]
            yield lines, records

    def _read(self, size: int) -> list[list[str]]:
        try:
            return list(islice(self._reader, size))
        except csv.Error as error:
            raise Unreadable(_malformed(self._path, self.manner, error)) from None
        except UnicodeError:
            raise Unreadable(self._other_encoding()) from None

    def _other_encoding(self) -> str:
        if self.manner.encoding != "utf-8-sig":
            return f"The file is not in {self.manner.encoding}. Choose another encoding in the mapping."
        return (
            f"The file is not in UTF-8: line {_undecodable(self._path)} holds a byte that UTF-8 does not have. "
            "In Excel, save it as “CSV UTF-8”; in other programs, choose UTF-8, or choose windows-1252 in the mapping."
        )


class _Binary(BufferedReader):
    """A file that is refused where a line has no end: it is no text, and reading on would fill the memory."""

    _without_end = 0

    def read1(self, size: int = -1, /) -> bytes:
        data = super().read1(size)
        self._without_end = 0 if b"\n" in data or b"\r" in data else self._without_end + len(data)
        if self._without_end > BYTES_OF_A_LINE:
            raise Unreadable(f"A line has more than {BYTES_OF_A_LINE:,} bytes. Is this a CSV file?")
        return data


def _lines_of(records: Sequence[list[str]], begins: int) -> list[int]:
    """Where records begin of which some go over several lines."""
    lines = []
    for cells in records:
        lines.append(begins)
        text = "".join(cells)
        # As Python counts lines: "\r\n" ends one, and so do "\n" and "\r" by themselves.
        begins += 1 + text.count("\n") + text.count("\r") - text.count("\r\n")
    return lines


def _undecodable(path: Path) -> int:
    """The number of the line that is not UTF-8; only a second reading can tell."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0


def _malformed(path: Path, manner: Manner, error: csv.Error) -> str:
    """Says where the record begins; only a second reading, record by record, can tell."""
    begins = 1
    with path.open(encoding=manner.encoding, newline="") as text:
        reader = csv.reader(text, delimiter=manner.delimiter, strict=True)
        try:
            for _ in reader:
                begins = reader.line_num + 1
        except csv.Error:
            pass
    written_twice = "A quotation mark within a text is written twice"
    advice = written_twice if "expected after" in str(error) else "Often a quotation mark has no partner"
    return f"The record that begins on line {begins} can’t be read as CSV ({error}). {advice}."


def _manner(head: bytes, encoding: str, delimiter: str) -> Manner:
    if head.startswith(_EXCEL):
        raise Unreadable("This is an Excel workbook. Save it as “CSV UTF-8” in Excel, and hand in that file.")
    if not head.strip():
        raise Unreadable("The file is empty.")
    name = _encoding(head, encoding)
    if delimiter != "auto":
        return Manner(name, DELIMITERS[delimiter])
    # A character may be cut in two at the end of the head.
    first = next((line for line in head.decode(name, errors="ignore").splitlines() if line.strip()), "")
    return Manner(name, max(DELIMITERS.values(), key=lambda mark: len(next(csv.reader([first], delimiter=mark)))))


def _encoding(head: bytes, wanted: str) -> str:
    if head.startswith(_UTF_16):
        return "utf-16"
    if wanted != "auto":
        return ENCODINGS[wanted]
    # Text in Latin letters without a mark in front: every second byte is zero.
    if len(head) > 1 and head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    return "utf-8-sig"
