"""Course files are read strictly: everything wrong is said at once, with its file and line."""

import shutil

import pytest

from app.core.content import ContentError, read_all
from app.learning.content import read
from app.learning.content.figures import read_figure
from app.learning.content.prose import Slip, Use, parts, scan
from tests.learning.writing import SVG, write_course, write_figure


def said(root):
    return [str(problem) for problem in sorted(read(root).problems)]


def test_a_course_is_read_with_its_lessons_figures_and_references(tmp_path):
    text = "See ![Bars](figures/bars.svg) and [two](basics-two.md).\n\n{check: first}\n"
    folder = write_course(
        tmp_path, "basics", {"basics-one": text, "basics-two": "Text."}, quizzes=["basics"], prerequisites=["start"]
    )
    write_figure(folder)
    reading = read(tmp_path)
    assert reading.problems == []
    assert [item.slug for item in reading.items] == ["basics"]
    assert list(reading.items[0].figures) == ["figures/bars.svg"]
    assert reading.names == {"course": {"basics"}, "lesson": {"basics/basics-one", "basics/basics-two"}}
    assert {(reference.kind, reference.name) for reference in reading.references} == {
        ("course", "start"),
        ("quiz", "basics"),
        ("lesson", "basics/basics-two"),
        ("practice", "basics/first"),
    }


def test_no_courses_folder_is_no_course(tmp_path):
    assert read(tmp_path).items == []


def test_everything_wrong_in_course_yaml_is_said_with_its_line(tmp_path):
    folder = write_course(tmp_path, "basics", audience="all", version=0, colour="red")
    (folder / "course.yaml").write_text(
        "title: Basics\nsummary: ''\naudience: all\nversion: 0\nposition: '1'\nprerequisites: [A b]\n"
        "quizzes: [x, x]\ncolour: red\nlessons:\n- slug: basics-one\n  title: One\n  minutes: 0\n  kind: song\n"
    )
    assert [line.split(":")[1:3] for line in said(tmp_path)] == [
        ["2", " summary"],
        ["3", " audience"],
        ["4", " version"],
        ["5", " position"],
        ["6", " prerequisites[0]"],
        ["7", " quizzes"],
        ["8", " colour"],
        ["12", " lessons[0].minutes"],
        ["13", " lessons[0].kind"],
    ]


def test_missing_stray_and_repeated_lessons_are_refused(tmp_path):
    folder = write_course(tmp_path, "basics")
    shutil.move(folder / "basics-one.md", folder / "stray.md")
    text = (folder / "course.yaml").read_text().replace("slug: basics-two", "slug: basics-one")
    (folder / "course.yaml").write_text(text)
    problems = said(tmp_path)
    assert any(p.endswith("lessons[0].slug: the file basics-one.md is missing") for p in problems)
    assert any(p.endswith("lessons[1].slug: 'basics-one' is listed twice") for p in problems)
    assert "courses/basics/stray.md:1: this lesson is not listed in course.yaml" in problems
    assert "courses/basics/basics-two.md:1: this lesson is not listed in course.yaml" in problems


def test_a_folder_without_course_yaml_and_one_with_a_bad_name_are_refused(tmp_path):
    (tmp_path / "courses" / "empty").mkdir(parents=True)
    write_course(tmp_path, "Bad_Name", {"one": "Text."})
    assert "courses/empty/course.yaml:1: this file is missing" in said(tmp_path)
    assert any("'Bad_Name' is no name for the address of a course" in problem for problem in said(tmp_path))


def test_two_courses_at_one_position_are_refused(tmp_path):
    write_course(tmp_path, "first", position=1)
    write_course(tmp_path, "second", position=1)
    assert said(tmp_path) == ["courses/second/course.yaml:5: position: position 1 is taken by the course 'first'"]


def test_courses_that_wait_for_each_other_are_refused(tmp_path):
    write_course(tmp_path, "first", prerequisites=["second"])
    write_course(tmp_path, "second", prerequisites=["first"])
    assert said(tmp_path) == [
        "courses/first/course.yaml:6: prerequisites: these courses wait for each other: first -> second -> first"
    ]


def test_a_lesson_that_is_not_utf8_is_refused(tmp_path):
    folder = write_course(tmp_path, "basics")
    (folder / "basics-one.md").write_bytes(b"caf\xe9")
    assert said(tmp_path) == ["courses/basics/basics-one.md:1: this file is not UTF-8 (unexpected end of data)"]


def test_references_to_nothing_are_found_across_all_content(app, tmp_path):
    text = "[a](gone.md)\n\n[b](../gone/x.md)\n\n{check: nowhere}\n"
    write_course(tmp_path, "basics", {"basics-one": text}, prerequisites=["gone"], quizzes=["gone"])
    with pytest.raises(ContentError) as caught:
        read_all(app, tmp_path)
    assert [str(problem) for problem in caught.value.problems] == [
        "courses/basics/basics-one.md:1: gone.md: there is no lesson 'basics/gone'",
        "courses/basics/basics-one.md:3: ../gone/x.md: there is no lesson 'gone/x'",
        "courses/basics/basics-one.md:5: {check: nowhere}: there is no practice question 'basics/nowhere'",
        "courses/basics/course.yaml:7: prerequisites[0]: there is no course 'gone'",
        "courses/basics/course.yaml:9: quizzes[0]: there is no quiz 'gone'",
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "this lesson is empty"),
        ("x\n\n# Title", 3, "headings of a lesson start at ##"),
        ("x\n\n!!! wy\n    x", 3, "there is no box 'wy'"),
        ("??? foo\n    x", 1, "there is no box 'foo'"),
        ("x [a](figures/x.svg)", 1, "a link leads to"),
        ("[a](javascript:x)", 1, "a link leads to"),
        ("[a](/courses/x)", 1, "a link leads to"),
        ("x\n\n[a]: other.txt", 3, "a link leads to"),
        ("![a](https://a.example/x.png)", 1, "a figure is an SVG or PNG file"),
        ("![a](figures/../x.svg)", 1, "a figure is an SVG or PNG file"),
        ("![](figures/x.svg)", 1, "says nothing to those who can't see it"),
        ("x\n{check: a}\ny", 2, "stands alone"),
        ("x {check: a}", 1, "stands alone"),
        ("{check: A b}", 1, "names a question"),
        ("{check: a}\n\n{check: a}", 3, "is placed twice"),
    ],
)
def test_what_a_lesson_may_not_say_is_refused_with_its_line(text, line, message):
    slips = [found for found in scan(text, "c") if isinstance(found, Slip)]
    assert [slip.line for slip in slips] == [line]
    assert message in slips[0].message


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("[a](https://a.example) [b](mailto:a@b.example) [c](#part)", []),
        ("`[a](x.txt)` and\n\n```\n[a](x.txt)\n{check: a}\n# x\n```\n\nrest", []),
        ("x\n\n[a *b*](two.md#part)", [Use("lesson", "c/two", 3, "two.md#part")]),
        ('[a](../d/two.md "Title")', [Use("lesson", "d/two", 1, "../d/two.md")]),
        ("x\n\n[a]: two.md", [Use("lesson", "c/two", 3, "two.md")]),
        ("x\n\n{check: q/k}\n\ny", [Use("practice", "q/k", 3, "{check: q/k}")]),
        ("!!! why\n    x\n\n    {check: k}\n", [Use("practice", "c/k", 4, "{check: k}")]),
    ],
)
def test_what_a_lesson_refers_to_is_found_outside_code(text, uses):
    assert list(scan(text, "c")) == uses


def test_a_rendered_text_is_parted_at_its_checks():
    html = "<p>a</p>\n<p>{check: k}</p>\n<p>b</p><pre><code>{check: x}</code></pre><p>{check: q/k}</p>"
    assert parts(html, "c") == [
        {"html": "<p>a</p>\n"},
        {"check": "c/k"},
        {"html": "\n<p>b</p><pre><code>{check: x}</code></pre>"},
        {"check": "q/k"},
    ]


def test_a_missing_figure_is_said_where_it_is_used(tmp_path):
    write_course(tmp_path, "basics", {"basics-one": "x\n\n![Bars](figures/bars.svg)\n"})
    assert said(tmp_path) == ["courses/basics/basics-one.md:3: the figure figures/bars.svg is missing"]


def test_a_figure_with_a_script_is_said_with_the_line_in_the_figure(tmp_path):
    folder = write_course(tmp_path, "basics", {"basics-one": "![Bars](figures/bars.svg)"})
    write_figure(
        folder, text='<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">\n<script>1</script>\n</svg>'
    )
    assert said(tmp_path) == ["courses/basics/figures/bars.svg:2: a figure holds no <script>"]


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<style>a{}</style>", "no <style>"),
        ("<foreignObject/>", "no <foreignobject>"),
        ('<rect style="fill:red"/>', "no style attribute"),
        ('<rect onclick="x"/>', "no onclick attribute"),
        ('<image href="https://a.example/x.png"/>', "nothing outside itself (href)"),
        ('<a xlink:href="javascript:x"/>', "nothing outside itself (href)"),
        ('<rect fill="url(https://a.example)"/>', "nothing outside itself (fill)"),
        ("<?php x ?>", "no <?php?>"),
        ("<rect>", "not valid XML"),
    ],
)
def test_a_figure_holds_nothing_that_runs_or_reaches_out(inside, message):
    data = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inside}</svg>'
    _figure, wrong = read_figure("x.svg", data.encode())
    assert [message in text for _line, text in wrong] == [True]


def test_a_figure_has_its_size_and_an_address_that_changes_with_it():
    figure, wrong = read_figure("bars.svg", SVG.encode())
    assert (figure.width, figure.height, wrong) == (720, 360, [])
    assert read_figure("x.svg", b'<svg viewBox="0 0 30 20"/>')[0].width == 30
    assert read_figure("x.svg", b"<svg/>")[1] == [(1, "a figure says its width and height, or has a viewBox")]
    assert read_figure("x.svg", b'<!DOCTYPE svg><svg width="1" height="1"/>')[1] != []
    assert read_figure("bars.svg", SVG.encode() + b" ")[0].digest != figure.digest
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (30).to_bytes(4, "big") + (20).to_bytes(4, "big")
    assert (read_figure("x.png", png)[0].width, read_figure("x.png", png)[0].height) == (30, 20)
    assert read_figure("x.png", b"GIF89a")[1] == [(1, "this is not a PNG picture")]


def test_the_hash_changes_with_everything_that_is_shown(tmp_path):
    def hash_of(**values):
        folder = write_course(tmp_path, "basics", {"one": values.pop("text", "x ![B](figures/bars.svg)")}, **values)
        write_figure(folder)
        return read(tmp_path).items[0].content_hash

    hashes = [hash_of(), hash_of(title="T"), hash_of(summary="S"), hash_of(position=9), hash_of(text="y")]
    assert len(set(hashes)) == 5
    assert hash_of() == hashes[0]
    write_figure(tmp_path / "courses" / "basics", text=SVG.replace("Bars", "Lines"))
    assert read(tmp_path).items[0].content_hash != hashes[0]


def test_the_shipped_courses_are_fine(app):
    reading = read(app.config["CONTENT_PATH"])
    assert reading.problems == []
    assert len(reading.items) == 12
