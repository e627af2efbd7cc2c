"""The only door from Markdown to HTML: rendered when content is loaded, and sanitised by an explicit allow-list.

Nothing that comes out holds a script, a style, an event handler or an address of a scheme that runs code; raw HTML in
the source goes through the same list. Ids get a prefix, so that two pieces on one page can't collide.
"""

import html
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import nh3
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup
from pymdownx.slugs import slugify

RENDERING = 1  # raised when the same Markdown comes out differently, so that kept pages are rendered anew
PHONE_LETTERS = 36  # as many stand beside each other in a box on a phone 390 px wide
BOXES = ("why", "try", "example", "case", "note", "tip", "warning")


@dataclass(frozen=True)
class Heading:
    """A heading of a rendered text; `at` is how far down it stands, in percent of the text."""

    id: str
    title: str
    level: int
    at: int


@dataclass(frozen=True)
class Picture:
    """Where a picture is served and how large it is, in CSS pixels."""

    src: str
    width: int
    height: int


@dataclass(frozen=True)
class Rendered:
    """Safe HTML and its headings."""

    html: Markup
    headings: tuple[Heading, ...]


Links = Callable[[str], str]
Pictures = Callable[[str], Picture | None]

_TAGS = {
    *("a", "abbr", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure"),
    *("h2", "h3", "h4", "h5", "h6", "hr", "img", "input", "kbd", "label", "li", "ol", "p", "pre", "span", "strong"),
    *("sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {
    "a": {"href", "title", "aria-label"},
    "abbr": {"title"},
    "details": {"open"},
    "div": {"role", "aria-label", "tabindex"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
    "img": {"src", "alt", "width", "height"},
    "input": {"id", "name", "type", "checked"},
    "label": {"for"},
    "li": {"id"},
    "ol": {"start"},
    "span": {"aria-hidden"},
    "sup": {"id"},
    "td": {"align", "data-label"},
    "th": {"align", "scope"},
}
_CLASSES = {
    "a": {"footnote-ref", "footnote-backref", "heading-link"},
    "details": set(BOXES),
    "div": {
        *("admonition", *BOXES, "footnote", "heading", "table-wrap"),
        *("tabbed-set", "tabbed-alternate", "tabbed-labels", "tabbed-content", "tabbed-block"),
    },
    "p": {"admonition-title"},
    "span": {"visually-hidden"},
    "table": {"table", "keep-table"},
}
_FORCED = {"img": {"loading": "lazy"}, "input": {"type": "radio"}, "pre": {"tabindex": "0"}}
_VALUES = {  # what an attribute may say, where not every text is fine
    ("div", "role"): re.compile(r"group"),
    ("div", "tabindex"): re.compile(r"0"),
    ("img", "width"): re.compile(r"\d{1,4}"),
    ("img", "height"): re.compile(r"\d{1,4}"),
    ("input", "id"): re.compile(r"__tabbed_\d+_\d+"),
    ("input", "name"): re.compile(r"__tabbed_\d+"),
    ("label", "for"): re.compile(r"__tabbed_\d+_\d+"),
    ("ol", "start"): re.compile(r"\d{1,4}"),
    ("span", "aria-hidden"): re.compile(r"true"),
    ("th", "scope"): re.compile(r"col|row"),
    ("*", "align"): re.compile(r"left|center|right"),
    ("*", "id"): re.compile(r"[\w:.-]+"),
    ("*", "src"): re.compile(r"(?![a-zA-Z][a-zA-Z0-9+.-]*:|[\\/]{2})[^\s\\]+"),  # an address of this very site
}
_PREFIXED = {("input", "name"), ("label", "for")}
_PLACEHOLDER = re.compile("\x02[^\x03]*\x03")
_HEADING_LINK = re.compile(r'<a [^>]*class="heading-link"[^>]*>.*?</a>', re.DOTALL)


def render(text: str, prefix: str = "", *, links: Links | None = None, pictures: Pictures | None = None) -> Rendered:
    """Markdown as safe HTML. `prefix` goes before every id; `links` may change the address of a link.

    `pictures` says where a picture is served; one that it doesn't know is replaced by its alternative text.
    """
    with _lock:
        _document.reset()
        _shape.links, _shape.pictures = links, pictures
        raw = _document.convert(text)
        tokens = list(_flat(_document.toc_tokens))  # type: ignore[attr-defined]  # set by the toc extension
    safe = nh3.clean(
        raw,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        set_tag_attribute_values=_FORCED,
        attribute_filter=lambda tag, name, value: _attribute(tag, name, value, prefix),
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    safe = re.sub(r"<input\b[^>]*>", _only_tabs, safe).strip()
    return Rendered(Markup(safe), tuple(_headings(safe, tokens, prefix)))  # noqa: S704 - sanitised above


def inline(text: str) -> Markup:
    """One line of Markdown, such as an answer option: emphasis and code only, no links, no blocks."""
    with _lock:
        _line.reset()
        raw = _line.convert(text.strip())
    return Markup(" ".join(_line_cleaner.clean(raw).split()))  # noqa: S704 - sanitised here


def plain(safe: str) -> str:
    """The words of rendered HTML, without markup: what a search looks through."""
    spaced = _HEADING_LINK.sub("", safe).replace("<", " <")
    return " ".join(html.unescape(nh3.clean(spaced, tags=set())).split())


def _attribute(tag: str, name: str, value: str, prefix: str) -> str | None:
    """What an attribute of the allow-list may say, or None to leave it out."""
    known = _VALUES.get((tag, name)) or _VALUES.get(("*", name))
    if known and not known.fullmatch(value):
        return None
    if name == "id" or (tag, name) in _PREFIXED:
        return prefix + value
    if name == "href" and value.startswith("#"):
        return f"#{prefix}{value[1:]}"
    return value


def _only_tabs(found: re.Match[str]) -> str:
    """The one control that a text may hold is the radio button of a tab."""
    names = set(re.findall(r'\s([a-z]+)="', found[0]))
    return found[0] if {"id", "name"} <= names else ""


def _flat(tokens: list[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _flat(token["children"])


def _headings(safe: str, tokens: list[Any], prefix: str) -> Iterator[Heading]:
    for token in tokens:
        place = safe.find(f' id="{prefix}{token["id"]}"')
        if place >= 0 and token["level"] >= 2:
            title = html.unescape(token["name"])
            yield Heading(prefix + token["id"], title, token["level"], round(100 * place / len(safe)))


class _Shape(Treeprocessor):
    """Figures, tables that fit a phone, headings with a link to themselves."""

    links: Links | None = None
    pictures: Pictures | None = None

    def run(self, root: Element) -> None:
        titles = {token["id"]: html.unescape(token["name"]) for token in _flat(self.md.toc_tokens)}  # type: ignore[attr-defined]  # set by the toc extension
        for parent in list(root.iter()):
            for place, child in enumerate(list(parent)):
                if child.tag == "p" and _lone_picture(child) is not None:
                    self._figure(child)
                elif child.tag == "table":
                    parent[place] = _table(child)
                elif child.get("id") in titles:
                    parent[place] = _heading(child, titles[child.get("id", "")])
        for link in root.iter("a"):
            if self.links and link.get("href") and link.get("class") is None:
                link.set("href", self.links(link.get("href", "")))
            elif link.get("class") == "footnote-backref":
                link.set("aria-label", link.attrib.pop("title", "Back to the text"))
        for picture in root.iter("img"):
            self._picture(picture)

    def _picture(self, picture: Element) -> None:
        picture.attrib.pop("title", None)
        found = self.pictures(picture.get("src", "")) if self.pictures else None
        if found is None:
            picture.tag, picture.text = "span", picture.get("alt", "")
            picture.attrib.clear()
            return
        picture.attrib.update(src=found.src, width=str(found.width), height=str(found.height))

    def _figure(self, paragraph: Element) -> None:
        picture = paragraph[0]
        paragraph.tag, paragraph.text, picture.tail = "figure", None, None
        if picture.get("title"):
            SubElement(paragraph, "figcaption").text = picture.get("title")


def _lone_picture(paragraph: Element) -> Element | None:
    if len(paragraph) != 1 or paragraph[0].tag != "img":
        return None
    return None if (paragraph.text or "").strip() or (paragraph[0].tail or "").strip() else paragraph[0]


def _words(element: Element) -> str:
    return " ".join(_PLACEHOLDER.sub("", "".join(element.itertext())).split())


def _table(table: Element) -> Element:
    """The table in a box that scrolls by itself, its cells labelled with their column."""
    heads = [_words(head) for head in table.iter("th")]
    for row in table.iter("tr"):
        for place, cell in enumerate(row):
            if cell.tag == "th":
                cell.set("scope", "col")
                cell.tag = "th" if heads[place] else "td"  # an empty head would be announced as one
            elif place < len(heads) and heads[place]:
                cell.set("data-label", heads[place])
                _gather(cell)
    named = ", ".join(filter(None, heads))
    box = Element("div", {"class": "table-wrap", "role": "group", "tabindex": "0", "aria-label": f"Table: {named}"})
    box.tail, table.tail = table.tail, None
    table.set("class", "table keep-table" if _is_narrow(table) else "table")
    box.append(table)
    return box


def _is_narrow(table: Element) -> bool:
    """Whether the table fits a phone as it is; a wider one is shown there as a card a row."""
    widths: list[int] = []
    for row in table.iter("tr"):
        for place, cell in enumerate(row):
            words = _words(cell)
            width = len(words) if cell.tag == "td" else max(map(len, words.split()), default=0)
            if place < len(widths):
                widths[place] = max(widths[place], width)
            else:
                widths.append(width)
    return sum(widths) + 2 * len(widths) <= PHONE_LETTERS


def _gather(cell: Element) -> None:
    """Everything in the cell as one piece, which stands beside the cell's label on a phone."""
    if len(cell) > 1 or (len(cell) and ((cell.text or "").strip() or (cell[0].tail or "").strip())):
        piece = Element("span")
        piece.text, cell.text = cell.text, None
        piece.extend(list(cell))
        for child in list(cell):
            cell.remove(child)
        cell.append(piece)


def _heading(heading: Element, title: str) -> Element:
    """The heading with a link to itself beside it, so that the heading is read out without the link's words."""
    box = Element("div", {"class": "heading"})
    box.tail, heading.tail = heading.tail, None
    box.append(heading)
    link = SubElement(box, "a", {"class": "heading-link", "href": f"#{heading.get('id')}"})
    SubElement(link, "span", {"aria-hidden": "true"}).text = "#"
    SubElement(link, "span", {"class": "visually-hidden"}).text = f"Link to this section: {title}"
    return box


def _make_document() -> tuple[Markdown, _Shape]:
    document = Markdown(
        output_format="html",
        extensions=[
            *("admonition", "footnotes", "tables", "toc"),
            *("pymdownx.details", "pymdownx.highlight", "pymdownx.superfences", "pymdownx.tabbed"),
        ],
        extension_configs={
            "footnotes": {"BACKLINK_TITLE": "Back to the text at footnote {}"},
            "pymdownx.highlight": {"use_pygments": False},
            "pymdownx.tabbed": {"alternate_style": True},
            "tables": {"use_align_attribute": True},  # a style attribute would not pass the security policy
            "toc": {"slugify": slugify(case="lower")},
        },
    )
    shape = _Shape(document)
    document.treeprocessors.register(shape, "shape", 4)  # after toc (5), which gives headings their ids
    return document, shape


def _make_line() -> Markdown:
    line = Markdown(output_format="html")
    line.preprocessors.deregister("html_block")
    for processor in ("empty", "indent", "code", "hashheader", "setextheader", "hr", "olist", "ulist", "quote"):
        line.parser.blockprocessors.deregister(processor)
    line.parser.blockprocessors.deregister("reference")
    return line


_lock = threading.Lock()  # a Markdown object keeps state while it converts
_document, _shape = _make_document()
_line = _make_line()
_line_cleaner = nh3.Cleaner(tags={"code", "del", "em", "kbd", "strong", "sub", "sup"}, attributes={}, link_rel=None)
