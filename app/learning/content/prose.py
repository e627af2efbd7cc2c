"""What a lesson's Markdown refers to, with its line, found without rendering: links, figures, knowledge checks."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.core.markdown import BOXES

_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t]*\2[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?([^\s<>)]*)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
_DEFINED = re.compile(r"^ {0,3}\[(?!\^)[^\]\n]+\]:[ \t]*<?([^\s>]+)", re.MULTILINE)
_CHECK = re.compile(r"\{check:[ \t]*([^}\n]*)\}")
_BOX = re.compile(r"^[ \t]*(?:!!!|\?\?\?\+?)[ \t]+([\w-]+)", re.MULTILINE)
_TITLE = re.compile(r"^#[ \t]+\S", re.MULTILINE)
_LESSON = re.compile(r"(?:\.\./([a-z0-9-]+)/)?([a-z0-9-]+)\.md(#[^\s#]*)?")
_FIGURE = re.compile(r"figures/([A-Za-z0-9][\w-]*\.(?:svg|png))")
_CHECK_NAME = re.compile(r"(?:([a-z0-9-]+)/)?([a-z0-9-]+)")


@dataclass(frozen=True)
class Use:
    """Something that a lesson refers to, and the line where it does."""

    kind: str  # "lesson", "practice" or "figure"
    name: str
    line: int
    text: str  # as written


@dataclass(frozen=True)
class Slip:
    """Something that can't stay as it is written."""

    line: int
    message: str


def scan(text: str, course: str) -> Iterator[Use | Slip]:
    """Everything that a lesson of `course` refers to, and what is wrong with how it is written."""
    if not text.strip():
        yield Slip(1, "this lesson is empty")
    bare = _CODE.sub(_blank, _FENCE.sub(_blank, text))
    yield from _links(bare, course)
    yield from _checks(bare, course)
    for match in _TITLE.finditer(bare):
        yield Slip(_line(bare, match), "headings of a lesson start at ##; its title stands in course.yaml")
    for match in _BOX.finditer(bare):
        if match[1] not in BOXES:
            yield Slip(_line(bare, match), f"there is no box {match[1]!r}; there are: {', '.join(BOXES)}")


def _blank(match: re.Match[str]) -> str:
    """Spaces in place of what was found; lines stay where they are."""
    return re.sub(r"[^\n]", " ", match[0])


def _line(text: str, match: re.Match[str]) -> int:
    found = match.start() + len(match[0]) - len(match[0].lstrip())
    return text.count("\n", 0, found) + 1


def _links(text: str, course: str) -> Iterator[Use | Slip]:
    for match in _LINK.finditer(text):
        line, address = _line(text, match), match[3]
        if match[1]:
            yield _picture(address, match[2], line)
        else:
            yield from _link(address, course, line)
    for match in _DEFINED.finditer(text):
        yield from _link(match[1], course, _line(text, match))


def _picture(address: str, described: str, line: int) -> Use | Slip:
    figure = _FIGURE.fullmatch(address)
    if not figure:
        return Slip(line, f"a figure is an SVG or PNG file such as figures/name.svg, not {address!r}")
    if not described.strip():
        return Slip(line, f"the figure {address} says nothing to those who can't see it: describe it in the brackets")
    return Use("figure", figure[1], line, address)


def _link(address: str, course: str, line: int) -> Iterator[Use | Slip]:
    if address.startswith(("https://", "http://", "mailto:", "#")):
        return
    lesson = _LESSON.fullmatch(address)
    if lesson:
        yield Use("lesson", f"{lesson[1] or course}/{lesson[2]}", line, address)
    else:
        yield Slip(line, f"a link leads to other-lesson.md, ../course/lesson.md or a full address, not to {address!r}")


def _checks(text: str, course: str) -> Iterator[Use | Slip]:
    lines, seen = ["", *text.split("\n"), ""], set()
    for match in _CHECK.finditer(text):
        line, name = _line(text, match), _CHECK_NAME.fullmatch(match[1].strip())
        alone = lines[line].strip() == match[0] and not lines[line - 1].strip() and not lines[line + 1].strip()
        if not name:
            yield Slip(line, f"a check names a question as {{check: key}} or {{check: quiz/key}}, not {match[0]}")
        elif not alone:
            yield Slip(line, f"{match[0]} stands alone, with an empty line before and after it")
        elif name[0] in seen:
            yield Slip(line, f"{match[0]} is placed twice in this lesson")
        else:
            seen.add(name[0])
            yield Use("practice", f"{name[1] or course}/{name[2]}", line, match[0])


_SHOWN_CHECK = re.compile(r"<p>\{check:[ \t]*([^}\n]*)\}</p>")


def parts(html: str, course: str) -> list[dict[str, str]]:
    """The rendered text in parts: {"html": …} and, where a check was placed, {"check": "quiz/key"}."""
    pieces = _SHOWN_CHECK.split(html)
    split: list[dict[str, str]] = []
    for place, piece in enumerate(pieces):
        if place % 2:
            split.append({"check": piece.strip() if "/" in piece else f"{course}/{piece.strip()}"})
        elif piece.strip():
            split.append({"html": piece})
    return split


def address_of(prefix: str) -> Callable[[str], str]:
    """From a link between files to one between pages, which are beside each other in the same way."""

    def change(address: str) -> str:
        lesson = _LESSON.fullmatch(address)
        if not lesson:
            return address
        folder = f"../{lesson[1]}/" if lesson[1] else ""
        anchor = f"#{prefix}{lesson[3][1:]}" if lesson[3] else ""
        return f"{folder}{lesson[2]}{anchor}"

    return change
