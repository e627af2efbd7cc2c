"""Files of separated values: found out how they are written, then read record by record."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

DELIMITERS = {",": ",", ";": ";", "tab": "\t"}
ENCODINGS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "windows-1252": "cp1252"}
MOST_OF_A_LINE = 1_000_000  # characters
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
    with path.open("rb") as binary:
        head = binary.read(_HEAD)
        binary.seek(0)
        yield Records(path, binary, _manner(head, encoding, delimiter))


class Records:
    """The records of a file that is open, each with the line on which it begins; empty ones are passed over."""

    def __init__(self, path: Path, binary: BinaryIO, manner: Manner) -> None:
        self.manner = manner
        self._path, self._binary = path, binary
        self._text = TextIOWrapper(binary, encoding=manner.encoding, newline="")

    @property
    def bytes_read(self) -> int:
        """How far the file was read: a little further than the last record."""
        return self._binary.tell()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        # A quotation mark without a partner swallows the rest of the file up to csv's limit of a cell.
        reader = csv.reader(self._lines(), delimiter=self.manner.delimiter, strict=True)
        begins = 1
        try:
            for cells in reader:
                if any(cells):
                    yield begins, cells
                begins = reader.line_num + 1
        except csv.Error as error:
            raise Unreadable(_malformed(begins, error)) from None
        except UnicodeError:
            raise Unreadable(self._other_encoding()) from None

    def _lines(self) -> Iterator[str]:
        number = 0
        while line := self._text.readline(MOST_OF_A_LINE):
            number += 1
            if len(line) == MOST_OF_A_LINE:
                raise Unreadable(f"Line {number} has more than {MOST_OF_A_LINE:,} characters. Is this a CSV file?")
            yield line

    def _other_encoding(self) -> str:
        if self.manner.encoding != "utf-8-sig":
            return f"The file is not in {self.manner.encoding}. Choose another encoding in the mapping."
        return (
            f"The file is not in UTF-8: line {_undecodable(self._path)} holds a byte that UTF-8 does not have. "
            "In Excel, save it as “CSV UTF-8”; in other programs, choose UTF-8, or choose windows-1252 in the mapping."
        )


def _undecodable(path: Path) -> int:
    """The number of the line that is not UTF-8; only a second reading can tell."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0


def _malformed(line: int, error: csv.Error) -> str:
    quote = "A quotation mark within a text is written twice" if "expected after" in str(error) else ""
    quote = quote or "Often a quotation mark has no partner"
    return f"The record that begins on line {line} can’t be read as CSV ({error}). {quote}."


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
