"""A certificate as one A4 page. The same certificate gives the same bytes."""

import functools
import io
import unicodedata
from pathlib import Path
from typing import Any

import segno

from app.certification.models import Certificate

INK, SOFT, ACCENT, LINE, PAPER = "#1d2733", "#525e6a", "#0b6e6e", "#d9d5cc", "#fbfaf7"
ATTRIBUTION = (
    "This is an Uplift programme certificate, not the official Net Promoter certification. Net Promoter®, NPS® and the "
    "NPS-related emoticons are registered trademarks,",
    "and Net Promoter Score℠ and Net Promoter System℠ are service marks, of Bain & Company, Inc., NICE Systems, Inc. "
    "and Fred Reichheld. Uplift is not affiliated with them.",
)
FONT = "NotoSans"
# Faces that readers of PDF bring along, by the script that asks for them; tried in this order.
EAST_ASIAN = (("HIRAGANA", "HeiseiKakuGo-W5"), ("KATAKANA", "HeiseiKakuGo-W5"), ("HANGUL", "HYGothic-Medium"))
CHINESE = "STSong-Light"
NAME_WIDTH = 640
MIDDLE = 841.89 / 2


@functools.cache
def _face() -> Any:
    """Register Noto Sans; the library takes a moment to load and is needed for certificates only."""
    import fontpkg_noto_sans
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    path = Path(fontpkg_noto_sans.ROOT) / "files" / "NotoSans[wdth,wght].ttf"
    font = TTFont(FONT, str(path))
    pdfmetrics.registerFont(font)
    return font.face


def _font_for(text: str) -> str | None:
    """A font that has every letter of the text; None when there is none."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    lacking = [letter for letter in text if ord(letter) not in _face().charToGlyph]
    if not lacking:
        return FONT
    scripts = [unicodedata.name(letter, "").split()[0:1] for letter in lacking]
    named = {script[0] for script in scripts if script}
    if not named <= {"CJK", *(script for script, _ in EAST_ASIAN)}:
        return None
    name = next((font for script, font in EAST_ASIAN if script in named), CHINESE)
    pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


def draw(certificate: Certificate, address: str) -> bytes:
    """The page as PDF. `address` is where anyone can verify it."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfgen.canvas import Canvas

    _face()
    buffer = io.BytesIO()
    width, height = landscape(A4)
    page = Canvas(buffer, pagesize=(width, height), invariant=1, lang="en", initialFontName=FONT)
    page.setTitle(f"{certificate.programme_title}: certificate of {certificate.holder_name}")
    page.setAuthor("Uplift")
    page.setSubject("Uplift programme certificate")
    page.setCreator("Uplift")
    page.setViewerPreference("DisplayDocTitle", "true")
    page.setFillColor(HexColor(PAPER))
    page.rect(0, 0, width, height, stroke=0, fill=1)
    page.setStrokeColor(HexColor(ACCENT))
    page.setLineWidth(1.6)
    page.rect(28, 28, width - 56, height - 56)
    page.setStrokeColor(HexColor(LINE))
    page.setLineWidth(0.8)
    page.rect(36, 36, width - 72, height - 72)
    _mark(page, width / 2 - 20, height - 112)
    _words(page, certificate, height)
    _facts(page, certificate, address)
    _qr(page, address, width - 72 - 92, 92)
    page.setFillColor(HexColor(SOFT))
    page.setFont(FONT, 6.6)
    for index, line in enumerate(ATTRIBUTION):
        page.drawCentredString(width / 2, 54 - index * 9, line)
    page.showPage()
    page.save()
    return buffer.getvalue()


def _mark(page: Any, x: float, y: float) -> None:
    """Uplift's tile, 40 points wide."""
    from reportlab.lib.colors import HexColor

    page.saveState()
    page.translate(x, y)
    page.setFillColor(HexColor(ACCENT))
    page.roundRect(0, 0, 40, 40, 10, stroke=0, fill=1)
    page.setStrokeColor(HexColor("#ffffff"))
    page.setLineWidth(3.6)
    page.setLineCap(1)
    page.setLineJoin(1)
    stroke = page.beginPath()
    scale = 40 / 24
    stroke.moveTo(6.5 * scale, 17 * scale)
    stroke.lineTo(6.5 * scale, 11.5 * scale)
    stroke.arcTo(6.5 * scale, 6 * scale, 17.5 * scale, 17 * scale, startAng=180, extent=180)
    stroke.lineTo(17.5 * scale, 17 * scale)
    stroke.moveTo(14.2 * scale, 14.4 * scale)
    stroke.lineTo(17.5 * scale, 17.7 * scale)
    stroke.lineTo(20.8 * scale, 14.4 * scale)
    page.drawPath(stroke)
    page.restoreState()


def _words(page: Any, certificate: Certificate, height: float) -> None:
    _line(page, "Uplift programme certificate", height - 146, (14, ACCENT))
    _line(page, "This is to say that", height - 192, (12, SOFT))
    font = _font_for(certificate.holder_name)
    if font is None:
        # Better no letters than empty boxes: the public page shows the name in every script.
        note = "the person named at the address below, whose name is in a script that this file has no letters for,"
        _line(page, note, height - 240, (13, INK))
    else:
        _name(page, certificate.holder_name, height - 250, font)
        if font != FONT:
            note = "Where a reader lacks the letters of this name, the address below shows it."
            _line(page, note, height - 272, (8, SOFT))
    _line(page, "has completed every module and passed the exam of", height - 304, (12, SOFT))
    _line(page, certificate.programme_title, height - 348, (28, ACCENT), _font_for(certificate.programme_title))


def _name(page: Any, name: str, y: float, font: str) -> None:
    """The name in one line if it stays large, else in two or three."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    words, size, lines = name.split(), 40.0, [name]
    for count, smallest, largest in ((1, 24, 40), (2, 15, 26), (3, 0, 18)):
        lines = _broken(words, count)
        widest = max(stringWidth(line, font, 1) for line in lines)
        size = min(largest, NAME_WIDTH / widest)
        if size >= smallest:
            break
    lowest = y - 6 if len(lines) > 1 else y
    for index, line in enumerate(reversed(lines)):
        _line(page, line, lowest + index * size * 1.25, (size, INK), font)


def _broken(words: list[str], count: int) -> list[str]:
    """The words in so many lines of about the same length."""
    whole = sum(map(len, words)) + len(words)
    lines: list[list[str]] = [[]]
    for word in words:
        long_enough = len(" ".join(lines[-1])) >= whole / count - len(word) / 2
        if lines[-1] and long_enough and len(lines) < count:
            lines.append([])
        lines[-1].append(word)
    return [" ".join(line) for line in lines]


def _line(page: Any, text: str, y: float, style: tuple[float, str], font: str | None = FONT) -> None:
    """A centred line of a size and colour, made smaller until it fits."""
    from reportlab.lib.colors import HexColor
    from reportlab.pdfbase.pdfmetrics import stringWidth

    font = font or FONT
    size, colour = style
    width = stringWidth(text, font, size)
    fitting = size if width <= NAME_WIDTH else size * NAME_WIDTH / width
    page.setFillColor(HexColor(colour))
    page.setFont(font, fitting)
    page.drawCentredString(MIDDLE, y, text)


def _facts(page: Any, certificate: Certificate, address: str) -> None:
    from reportlab.lib.colors import HexColor

    facts = (
        ("Issued on", _day(certificate.issued_on)),
        ("Valid until the end of", _day(certificate.expires_on)),
        (
            "Certificate",
            f"no. {certificate.id}" + (f", renewal {certificate.cycle - 1}" if certificate.cycle > 1 else ""),
        ),
    )
    for index, (name, value) in enumerate(facts):
        x = 72 + index * 180
        page.setFillColor(HexColor(SOFT))
        page.setFont(FONT, 9)
        page.drawString(x, 152, name)
        page.setFillColor(HexColor(INK))
        page.setFont(FONT, 13)
        page.drawString(x, 134, value)
    page.setFillColor(HexColor(SOFT))
    page.setFont(FONT, 9)
    page.drawString(72, 106, "Anyone can verify this certificate at")
    page.setFillColor(HexColor(ACCENT))
    page.setFont(FONT, 9.5)
    page.drawString(72, 91, address)
    page.linkURL(address, (72, 86, 72 + 480, 102), relative=0)


def _qr(page: Any, address: str, x: float, y: float) -> None:
    from reportlab.lib.colors import HexColor

    rows = [list(row) for row in segno.make(address, error="m", micro=False).matrix_iter(scale=1, border=0)]
    cell = 92 / len(rows)
    page.setFillColor(HexColor("#ffffff"))
    page.rect(x - 6, y - 6, 104, 104, stroke=0, fill=1)
    page.setFillColor(HexColor(INK))
    drawn = page.beginPath()
    for row, cells in enumerate(rows):
        for column, dark in enumerate(cells):
            if dark:
                drawn.rect(x + column * cell, y + (len(rows) - 1 - row) * cell, cell, cell)
    page.drawPath(drawn, stroke=0, fill=1)


def _day(value: Any) -> str:
    return f"{value.day} {value:%B %Y}"
