import re
from xml.etree import ElementTree

import pytest

from app.core import charts
from app.core.charts import (
    Bar,
    Benchmark,
    Chart,
    Estimate,
    Group,
    Limits,
    Part,
    Point,
    Second,
    Spot,
    Stack,
    number,
    share,
)

PARTS = (Part("Certified", "good"), Part("Expiring", "watch"), Part("Expired", "bad"), Part("Not started", "quiet"))


def stack() -> Chart:
    return charts.stacked_bars("Half are certified", "By state.", PARTS, [Stack("Everyone", (50, 30, 20, 0))])


def every_picture() -> list[Chart]:
    points = [Estimate("March", 20, 10, 30), Estimate("April", -4), Estimate("May", 28.04, 20, 36)]
    return [
        stack(),
        charts.stacked_bars("By team", "States.", PARTS, [Stack("A", (1, 2, 3, 4)), Stack("B", (0, 0, 0, 0))]),
        charts.bars(
            "Most know the formula", "Right answers.", [Bar("Formula", 91), Bar("Noise", 0, "watch")], unit="%"
        ),
        charts.line("Up 8", "By month.", points, benchmark=Benchmark("Company", 33)),
        charts.dots("No team is ahead", "By team.", points, benchmark=Benchmark("Company", 33)),
        charts.dots(
            "Few answers", "By team.", [*points, Estimate("Lyon", None)], second=Second("Steadied", (1, 2, 3, 4))
        ),
        charts.trend("April was a real fall", "By month.", every_mark(), benchmark=Benchmark("Company", 33)),
        charts.funnel(
            "One team is ahead",
            "By size.",
            [Group("Berlin", 40, 80, "99.8%"), Group("Porto", 9, 30), Group("Lyon", 60, 10, "95%")],
            target=Benchmark("Company", 33),
            limits=[(5, WIDE), (100, NARROW)],
        ),
        charts.quadrants(
            "Waiting matters most",
            "By driver.",
            [Spot("Waiting", 40, 30, (30, 50), (20, 40)), Spot("Courtesy", 90, 10)],
            x_label="Performance",
            y_label="Importance",
            x_split=50,
            y_split=20,
            corner_words=("Mend first", "Keep it up", "Watch", "Enough"),
        ),
    ]


WIDE, NARROW = Limits(-40, 90, -60, 100), Limits(20, 46, 10, 56)


def every_mark() -> list[Point]:
    return [
        Point("March", 60, 50, 70, n=1200, limits=NARROW, outside=True, changed="up"),
        Point("April", 20, 10, 30, n=40, limits=NARROW, changed="down"),
        Point("May", None, text="no responses"),
        Point("June", 30, 20, 40, n=41),
    ]


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(str(chart.svg))  # noqa: S314 - our own picture


def lengths(chart: Chart, kind: str) -> list[float]:
    found = re.findall(rf'<rect class="mark-{kind}" x="[^"]*" y="[^"]*" width="([\d.]+)%"', chart.svg)
    return [float(length) for length in found]


@pytest.mark.parametrize("chart", every_picture(), ids=lambda chart: chart.title)
def test_every_picture_is_named_described_and_well_formed(chart: Chart) -> None:
    svg = drawn(chart)
    title, description = svg[0], svg[1]
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == chart.title
    assert description.text == chart.description


@pytest.mark.parametrize("chart", every_picture(), ids=lambda chart: chart.title)
def test_every_picture_obeys_the_content_security_policy(chart: Chart) -> None:
    for forbidden in ("style=", "<style", "<script", "foreignObject", "href=", "onload"):
        assert forbidden not in chart.svg


@pytest.mark.parametrize("chart", every_picture(), ids=lambda chart: chart.title)
def test_the_table_of_every_picture_has_a_head_for_each_cell(chart: Chart) -> None:
    assert chart.rows
    assert {len(row) for row in chart.rows} == {len(chart.header)}


@pytest.mark.parametrize("chart", every_picture(), ids=lambda chart: chart.title)
def test_the_same_data_give_the_same_bytes_and_ids_differ_between_pictures(chart: Chart) -> None:
    again = next(other for other in every_picture() if other.title == chart.title)
    assert again.svg == chart.svg
    ids = [set(re.findall(r' id="([^"]+)"', picture.svg)) for picture in every_picture()]
    assert len(set().union(*ids)) == sum(map(len, ids))


@pytest.mark.parametrize("chart", every_picture(), ids=lambda chart: chart.title)
def test_what_is_referred_to_inside_a_picture_is_there(chart: Chart) -> None:
    assert set(re.findall(r"url\(#([^)]+)\)", chart.svg)) <= set(re.findall(r' id="([^"]+)"', chart.svg))


def test_words_from_people_are_escaped() -> None:
    nasty = '<script>alert("1")</script>'
    estimates = [Estimate(nasty, 1, 0, 2), Estimate(nasty, 2, 0, 3)]
    for chart in (
        charts.bars(nasty, nasty, [Bar(nasty, 1, text=nasty)], unit=nasty),
        charts.stacked_bars(nasty, nasty, [Part(nasty)], [Stack(nasty, (1,)), Stack(nasty, (2,))]),
        charts.line(nasty, nasty, estimates, unit=nasty, benchmark=Benchmark(nasty, 1)),
        charts.dots(nasty, nasty, estimates, unit=nasty, benchmark=Benchmark(nasty, 1)),
        charts.dots(nasty, nasty, [Estimate(nasty, None, text=nasty, href=nasty)], second=Second(nasty, (1,))),
        charts.trend(nasty, nasty, [Point(nasty, 1, 0, 2, outside=True, changed="up"), Point(nasty, None, text=nasty)]),
        charts.funnel(
            nasty,
            nasty,
            [Group(nasty, 9, 9, "99.8%", nasty)],
            target=Benchmark(nasty, 1),
            limits=[],
            unit=nasty,
            x_label=nasty,
        ),
        charts.quadrants(
            nasty,
            nasty,
            [Spot(nasty, 1, 1, href=nasty)],
            x_label=nasty,
            y_label=nasty,
            x_split=0,
            y_split=0,
            corner_words=(nasty,) * 4,
            x_unit=nasty,
            y_unit=nasty,
        ),
    ):
        assert "<script" not in chart.svg
        assert drawn(chart)[0].text == nasty
        assert all("<script" not in cell.__html__() for row in chart.rows for cell in row if hasattr(cell, "__html__"))


def test_bars_start_at_zero_and_the_longest_is_as_wide_as_the_page() -> None:
    chart = charts.bars("T", "D", [Bar("a", 50), Bar("b", 100), Bar("c", 0)])
    assert lengths(chart, "accent") == [50, 100, 0]
    assert set(re.findall(r'<rect class="mark-accent" x="([^"]*)"', chart.svg)) == {"0"}


def test_bars_of_nothing_are_drawn_without_length() -> None:
    assert lengths(charts.bars("T", "D", [Bar("a", 0), Bar("b", 0)]), "accent") == [0, 0]
    assert drawn(charts.bars("T", "D", [])).get("height") is not None


def test_a_bar_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="below"):
        charts.bars("T", "D", [Bar("a", -1)])


def test_an_unknown_kind_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(ValueError, match=r"no mark of kind pink .*promoter"):
        charts.bars("T", "D", [Bar("a", 1, "pink")])


def test_the_parts_of_a_stack_lie_end_to_end_and_fill_it() -> None:
    places = re.findall(r'<rect class="mark-\w+" x="([\d.]+)%" y="24" width="([\d.]+)%"', stack().svg)
    assert [(float(x), float(width)) for x, width in places] == [(0, 50), (50, 30), (80, 20)]


def test_a_single_stack_lists_its_parts_with_their_shares() -> None:
    texts = [element.text for element in drawn(stack()).iter("text")]
    assert texts == [
        *("Everyone", "100", "Certified", "50 (50%)", "Expiring", "30 (30%)"),
        *("Expired", "20 (20%)", "Not started", "0 (0%)"),
    ]


def test_a_stack_without_anybody_is_an_empty_frame() -> None:
    chart = charts.stacked_bars("T", "D", PARTS, [Stack("Nobody", (0, 0, 0, 0)), Stack("One", (1, 0, 0, 0))])
    assert chart.svg.count("chart-nothing") == 1


def test_a_stack_needs_a_value_for_each_part() -> None:
    with pytest.raises(ValueError, match="one value"):
        charts.stacked_bars("T", "D", PARTS, [Stack("A", (1, 2))])


def test_every_mark_says_its_value() -> None:
    said = re.findall(r"<title>([^<]*)</title>", stack().svg)
    assert "Everyone, Certified: 50 (50%)" in said


def test_a_long_label_is_cut_in_the_picture_and_whole_in_the_table_and_tooltip() -> None:
    label = "Field service and customer relationship management"
    chart = charts.bars("T", "D", [Bar(label, 1)])
    assert f"<title>{label}</title>" in chart.svg
    assert f'y="14">{label}' not in chart.svg
    assert chart.rows[0][0] == label


def test_an_interval_is_drawn_where_it_is_known_and_only_there() -> None:
    chart = charts.dots("T", "D", [Estimate("known", 5, 0, 10), Estimate("unknown", 5)], span=(0, 10))
    assert chart.svg.count("chart-whisker") == 1
    assert 'x1="2%" x2="98%"' in chart.svg
    assert chart.rows == (("known", "5", "0", "10"), ("unknown", "5", "not known", "not known"))


def test_an_axis_holds_the_data_even_beyond_the_span_asked_for() -> None:
    chart = charts.dots("T", "D", [Estimate("far", 150)], span=(-100, 100))
    places = [float(x) for x in re.findall(r'cx="([\d.]+)%"', chart.svg)]
    assert all(0 <= place <= 100 for place in places)


def test_a_line_of_no_point_or_of_one_is_a_picture_too() -> None:
    assert 'cx="52%"' in charts.line("T", "D", [Estimate("only", 5)]).svg
    assert drawn(charts.line("T", "D", [])).get("height") is not None
    assert drawn(charts.line("T", "D", [], benchmark=Benchmark("B", 1))).get("height") is not None


def test_a_flat_line_has_an_axis_with_length() -> None:
    assert "nan" not in charts.line("T", "D", [Estimate("a", 5), Estimate("b", 5)]).svg


@pytest.mark.parametrize(
    ("value", "words"),
    [(1204, "1,204"), (-12, "−12"), (0.04, "0"), (-0.04, "0"), (48.55, "48.5"), (2.0, "2"), (1e6, "1,000,000")],
)
def test_numbers_read_as_people_write_them(value: float, words: str) -> None:
    assert number(value) == words


@pytest.mark.parametrize(
    ("value", "total", "words"),
    [(0, 0, "0%"), (0, 9, "0%"), (1, 1000, "under 1%"), (1, 100, "1%"), (999, 1000, "over 99%"), (9, 9, "100%")],
)
def test_a_share_never_rounds_somebody_away(value: float, total: float, words: str) -> None:
    assert share(value, total) == words
