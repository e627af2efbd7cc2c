"""Pictures of a blocker: what is taken, and that nothing but what one sees is kept."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import select

from app.core.db import db
from app.core.errors import Conflict
from app.voice import reporting_forms
from app.voice.models import Attachment
from app.voice.operations import attaching
from app.voice.rules import pictures
from app.voice.rules.pictures import NoPicture, redraw
from tests.factories import make_person
from tests.voice.board_build import Visitor, blocker

TOKEN = "a-token-of-one-picture"
ORIENTATION, GPS, MAKER, COMMENT = 0x0112, 0x8825, 0x010F, 0x9286


def jpeg(width: int = 60, height: int = 40) -> bytes:
    """A picture whose left half is red, turned on its side, that says where and by whom it was taken."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # to be turned clockwise by a quarter
    exif[MAKER] = "Secretcam"
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    kept = BytesIO()
    image.save(kept, "JPEG", quality=95, exif=exif, comment=b"Secret comment", icc_profile=b"Secret profile")
    return kept.getvalue()


def png(image: Image.Image, **values: object) -> bytes:
    kept = BytesIO()
    image.save(kept, "PNG", **values)
    return kept.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small file that says it is a huge picture."""
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0" * 100)))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_nothing_is_kept_but_what_one_sees():
    given = jpeg()
    assert b"Secret" in given
    assert Image.open(BytesIO(given)).getexif().get_ifd(GPS)
    drawn = redraw(given)
    assert (drawn.media_type, drawn.width, drawn.height) == ("image/jpeg", 40, 60)
    assert b"Secret" not in drawn.content
    assert b"Exif" not in drawn.content
    seen = Image.open(BytesIO(drawn.content))
    assert not seen.getexif()
    assert {"exif", "comment", "icc_profile", "gps"}.isdisjoint(seen.info)
    assert seen.getpixel((20, 5))[1] < 60 < seen.getpixel((20, 55))[1]  # red is on top: it was turned

    words = PngInfo()
    words.add_text("Author", "Secret Person")
    words.add_itxt("Comment", "Secret words", zip=True)
    given = png(Image.new("RGBA", (3000, 30), (9, 9, 9, 100)), pnginfo=words, dpi=(72, 72))
    assert b"Secret" in given
    drawn = redraw(given)
    assert (drawn.media_type, drawn.width, drawn.height) == ("image/png", 2000, 20)
    seen = Image.open(BytesIO(drawn.content))
    assert seen.info == {}
    assert seen.getpixel((5, 5))[3] == 100
    chunks = {drawn.content[at : at + 4] for at in range(len(drawn.content))} & {b"tEXt", b"iTXt", b"zTXt", b"pHYs"}
    assert not chunks


def test_every_kind_of_picture_is_drawn():
    for mode in ("1", "L", "P", "LA", "RGB", "RGBA", "I;16"):
        drawn = redraw(png(Image.new(mode, (30, 20))))
        assert (drawn.media_type, drawn.width) == ("image/png", 30), mode
    for mode in ("L", "CMYK"):
        kept = BytesIO()
        Image.new(mode, (30, 20)).save(kept, "JPEG")
        assert redraw(kept.getvalue()).media_type == "image/jpeg"
    for mode, kind in (("RGB", "image/jpeg"), ("RGBA", "image/png")):
        kept = BytesIO()
        Image.new(mode, (30, 20), (1, 2, 3, 4)[: len(mode)]).save(kept, "WEBP", exif=b"Exif\0\0Secret")
        drawn = redraw(kept.getvalue())
        assert (drawn.media_type, b"Secret" in drawn.content) == (kind, False)
    bright = Image.open(BytesIO(redraw(png(Image.new("I;16", (4, 4), 0xFFFF))).content))
    assert bright.getpixel((1, 1)) == (255, 255, 255)


def test_what_is_no_picture_is_refused_before_it_is_unpacked():
    gif = BytesIO()
    Image.new("P", (9, 9)).save(gif, "GIF")
    broken = png(Image.effect_noise((200, 200), 50))
    for given, words in (
        (b"", pictures.NOT_ONE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", pictures.NOT_ONE),
        (b"%PDF-1.7", pictures.NOT_ONE),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, pictures.NOT_ONE),
        (gif.getvalue(), pictures.NOT_ONE),
        (bomb(10_000, 4_001), pictures.TOO_MANY),
        (bomb(100_000, 100_000), pictures.TOO_MANY),
        (b"\xff\xd8" + b"x" * pictures.LARGEST, pictures.TOO_LARGE),
        (jpeg(600, 400)[:-300], pictures.BROKEN),
    ):
        with pytest.raises(NoPicture) as refusal:
            redraw(given)
        assert str(refusal.value) == words, given[:20]
    for cut in (broken[:-5000], broken[:300]):
        with pytest.raises(NoPicture):
            redraw(cut)


def test_a_picture_is_added_once_and_five_at_most(app):
    one, drawn = blocker(), redraw(jpeg())
    for number in (0, 0, 1, 2, 3, 4, 4):
        attaching.attach(one, drawn, "The form", f"{TOKEN}{number}")
    db.session.commit()
    kept = db.session.scalars(select(Attachment).order_by(Attachment.id)).all()
    assert len(kept) == 5
    with pytest.raises(Conflict):
        attaching.attach(one, drawn, "One more", f"{TOKEN}6")
    first = kept[0].id
    assert (attaching.detach(one, first), attaching.detach(one, first)) == (True, False)
    assert not attaching.detach(blocker(), kept[1].id)


@pytest.mark.sqlite_only
def test_who_adds_pictures_and_how_they_are_shown(app, monkeypatch):
    ann = make_person()
    one = blocker(reporter_id=ann.id, owner_id=make_person().id, state="planned")
    draft = blocker(state="draft", reporter_id=ann.id)
    reporter, stranger = Visitor(app, ann), Visitor(app, make_person(roles=("administrator",)))
    page = f"/voice/blockers/{one.id}"

    def send(by: Visitor, content: bytes, name: str = "a.jpg", words: str = "The form", token: str = TOKEN):
        return by.post(f"{page}/pictures", file=(BytesIO(content), name), description=words, token=token)

    assert send(stranger, jpeg()).status_code == 403
    for _ in range(2):
        assert send(reporter, jpeg()).status_code == 303
    for module in (pictures, reporting_forms):
        monkeypatch.setattr(module, "LARGEST", 20_000)
    for content, words, said in (
        (b"MZ an executable", "My words stay", "JPEG, PNG or WebP"),
        (b"x" * 20_001, "My words stay", "larger than 8 MB"),
        (jpeg(), "", "what the picture shows"),
        (jpeg(), "w" * 100_000, "100,000 characters"),
        (b"", "My words stay", "JPEG, PNG or WebP"),
    ):
        answer = send(reporter, content, "<b>.jpg", words, TOKEN + "2")
        assert (answer.status_code, said in answer.text, words in answer.text) == (422, True, True), said
    nothing = reporter.post(f"{page}/pictures", description="My words stay", token=TOKEN + "3")
    assert (nothing.status_code, "My words stay" in nothing.text) == (422, True)
    kept = db.session.scalars(select(Attachment)).one()
    shown = stranger.client.get(f"{page}/pictures/{kept.id}")
    assert (shown.status_code, shown.data, shown.mimetype) == (200, kept.content, "image/jpeg")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    for address in (
        f"{page}/pictures/{'0' * 32}",
        f"/voice/blockers/{blocker().id}/pictures/{kept.id}",
        f"/voice/blockers/{draft.id}/pictures/{kept.id}",
    ):
        assert stranger.client.get(address).status_code == 404
    assert 'alt="The form"' in reporter.get(page)
    assert stranger.post(f"{page}/pictures/{kept.id}/remove").status_code == 403
    remove = f"{page}/pictures/{kept.id}/remove"
    for _ in range(2):
        assert reporter.post(remove).status_code == 303
    assert db.session.scalars(select(Attachment)).first() is None
