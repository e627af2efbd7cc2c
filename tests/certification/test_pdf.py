import io
from datetime import date
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from app.certification import pdf

ADDRESS = "https://learn.example/verify/" + "A" * 22


def certificate(name="Zoë Ångström", title="NPS Foundations"):
    return SimpleNamespace(
        id=7,
        cycle=1,
        holder_name=name,
        programme_title=title,
        issued_on=date(2026, 3, 3),
        expires_on=date(2027, 3, 3),
    )


def read(name):
    return PdfReader(io.BytesIO(pdf.draw(certificate(name), ADDRESS)))


@pytest.mark.parametrize(
    "name",
    ["Zoë Ångström", "Γιώργος Παπαδόπουλος", "Светлана Ивановна Щукина", "Nguyễn Thị Ánh Tuyết", "O’Neill-Łuczak"],
)
def test_a_name_is_written_in_its_own_letters(name):
    text = read(name).pages[0].extract_text()
    assert name in text
    assert "3 March 2026" in text
    assert "3 March 2027" in text
    assert ADDRESS in text
    assert "Uplift programme certificate" in text
    assert "not the official Net Promoter certification" in text


@pytest.mark.parametrize(
    ("name", "font"),
    [("王小明", "STSong"), ("ひらがな さくら", "HeiseiKaku"), ("김민준", "HYGothic"), ("Anna 王", "STSong")],
)
def test_east_asian_names_take_a_font_of_their_script(name, font):
    fonts = read(name).pages[0]["/Resources"]["/Font"]
    assert any(font in str(entry.get_object()["/BaseFont"]) for entry in fonts.values())


@pytest.mark.parametrize("name", ["محمد عبد الله", "שרה כהן", "สมชาย"])
def test_a_name_without_letters_here_points_to_the_page_instead_of_empty_boxes(name):
    assert "whose name is in a script that this file has no letters for" in read(name).pages[0].extract_text()


def test_the_longest_name_fits_the_page():
    name = "Wolfeschlegelsteinhausen " * 9 + "Bergerdorff"
    page = read(name).pages[0]
    sizes = []
    page.extract_text(visitor_text=lambda *found: sizes.append(found[-1]) if "Wolfe" in found[0] else None)
    assert sizes
    assert max(sizes) < 38
    assert float(page.mediabox.width) - 150 > pdf.NAME_WIDTH


def test_the_file_says_what_it_is_and_is_the_same_each_time():
    reader = read("Ada Ray")
    assert len(reader.pages) == 1
    assert reader.metadata.title == "NPS Foundations: certificate of Ada Ray"
    assert reader.metadata.subject == "Uplift programme certificate"
    assert reader.root_object["/Lang"] == "en"
    assert (float(reader.pages[0].mediabox.width), float(reader.pages[0].mediabox.height)) == pytest.approx(
        (842, 595), 1
    )
    assert reader.pages[0]["/Annots"][0].get_object()["/A"]["/URI"] == ADDRESS
    assert pdf.draw(certificate("Ada Ray"), ADDRESS) == pdf.draw(certificate("Ada Ray"), ADDRESS)
