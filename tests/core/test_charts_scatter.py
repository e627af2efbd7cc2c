"""Pictures with two axes: the funnel and the quadrants, and the names beside their marks."""

import re

import pytest

from app.core import charts
from app.core.charts import Benchmark, Chart, Group, Limits, Spot
from app.core.charts.axes import LogAxis
from app.core.charts.labels import Area, Name, names

COMPANY = Benchmark("Company", 20)
LIMITS = [(10, Limits(-20, 60, -40, 80)), (100, Limits(10, 30, 0, 40))]
CORNERS = ("Mend first", "Keep it up", "Watch", "Enough")


def funnel(*points: Group, limits: list[tuple[int, Limits]] = LIMITS) -> Chart:
    return charts.funnel("T", "By team.", points, target=COMPANY, limits=limits, head="Team")


def quadrants(*points: Spot, corner_words: tuple[str, str, str, str] = CORNERS) -> Chart:
    return charts.quadrants(
        *("T", "D", points),
        **{"x_label": "Performance", "y_label": "Importance", "x_split": 50, "y_split": 50},
        **{"corner_words": corner_words, "x_unit": "%", "head": "Driver"},
    )


def named(chart: Chart) -> list[str]:
    return re.findall(r'<text class="chart-name"[^>]*>([^<]*)</text>', chart.svg)


def circles(chart: Chart) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<circle[^>]* cx="([\d.]+)%" cy="([\d.]+)"', chart.svg)]


def diamonds(chart: Chart) -> list[str]:
    return re.findall(r'<svg x="[\d.]+%" y="[\d.]+"><path[^>]*><title>([^:]*):', chart.svg)


@pytest.mark.parametrize(
    ("counts", "ends", "ticks"),
    [
        ([30], (20, 50), [20, 50]),
        ([20], (20, 50), [20, 50]),
        ([1], (1, 2), [1, 2]),
        ([], (1, 2), [1, 2]),
        ([7, 340], (5, 500), [5, 20, 100, 500]),
        ([60, 90], (50, 100), [50, 100]),
        ([1, 1_000_000], (1, 1_000_000), [1, 20, 500, 10_000, 200_000]),
    ],
)
def test_a_logarithmic_scale_holds_its_counts_and_has_a_few_round_numbers(
    counts: list[int], ends: tuple[int, int], ticks: list[int]
) -> None:
    axis = LogAxis.around(counts)
    assert (axis.low, axis.high) == ends
    assert axis.ticks() == ticks


def test_a_logarithmic_scale_gives_tens_the_room_of_thousands() -> None:
    axis = LogAxis(10, 1000)
    assert [axis.part(n) for n in (10, 100, 1000)] == pytest.approx([0, 0.5, 1])


def test_a_group_of_nobody_has_no_place_on_the_scale() -> None:
    with pytest.raises(ValueError, match="starts at 1"):
        funnel(Group("a", 0, 10))


def test_the_funnel_puts_groups_by_size_and_value_and_says_its_scale() -> None:
    chart = funnel(Group("ten", 10, 80), Group("hundred", 100, -40))
    assert circles(chart) == [(10, 58.7), (94, 266.7)]  # the axis goes from −50 to 100 over 260 pixels below 24
    assert chart.description == "By team. The scale for responses is logarithmic, so that small numbers have room too."
    assert f">{chart.description}</desc>" in chart.svg


def test_the_limits_are_four_curves_that_both_axes_hold() -> None:
    chart = funnel(limits=[(10, Limits(-20, 60, -400, 800)), (5000, Limits(10, 30, 0, 40))])
    curves = re.findall(r'<polyline class="chart-limit[^>]* points="([^"]*)"', chart.svg)
    assert len(curves) == 4
    for x, y in (place.split(",") for curve in curves for place in curve.split()):
        assert 10 <= float(x) <= 94
        assert 24 <= float(y) <= 284


def test_groups_beyond_the_outer_limits_have_another_shape_a_name_and_a_verdict() -> None:
    chart = funnel(
        Group("Berlin", 40, 90, "99.8%"),
        Group("Porto", 40, 55, "95%"),
        Group("Lyon", 40, 21),
        Group("Oslo", 99, -50, "99.8%"),
    )
    assert diamonds(chart) == ["Berlin", "Oslo"]
    assert sorted(named(chart)) == ["Berlin", "Oslo"]
    assert chart.header == ("Team", "Responses", "Value", "Against Company")
    assert chart.rows == (
        ("Berlin", "40", "90", "above, beyond 99.8%"),
        ("Porto", "40", "55", "above, beyond 95%"),
        ("Lyon", "40", "21", "within what chance explains"),
        ("Oslo", "99", "−50", "below, beyond 99.8%"),
    )
    for row in chart.rows:
        assert f"<title>{row[0]}: {row[2]}, responses: {row[1]}; {row[3]}</title>" in chart.svg


def test_the_target_is_a_line_with_its_name_and_value() -> None:
    chart = funnel()
    assert chart.svg.count("chart-benchmark") == 2  # the line and its sample in the key
    assert ">Company: 20</text>" in chart.svg


def test_at_most_eight_groups_are_named_the_furthest_first() -> None:
    chart = funnel(*[Group(f"g{i:02d}", 10 + 9 * i, 30 + 3 * i, "99.8%") for i in range(20)])
    assert len(diamonds(chart)) == 20
    assert 1 <= len(named(chart)) <= 8
    assert "g19" in named(chart)
    assert "g00" not in named(chart)


def test_a_distance_counts_for_more_the_more_it_rests_on() -> None:
    small = [Group(f"g{i}", 10 + 5 * i, 80 + i, "99.8%") for i in range(8)]
    assert "large" in named(funnel(*small, Group("large", 5000, 40, "99.8%")))


def test_a_funnel_without_groups_or_limits_is_a_picture_too() -> None:
    assert "nothing to show yet" in funnel().svg
    bare = funnel(Group("a", 5, 20), limits=[])
    assert "chart-limit" not in bare.svg
    assert "nan" not in bare.svg


def test_groups_lead_to_their_pages_from_the_table() -> None:
    chart = funnel(Group("Berlin", 40, 90, "99.8%", href="/teams/1"))
    assert chart.rows[0][0] == '<a href="/teams/1">Berlin</a>'
    assert "href" not in chart.svg  # marks lie over each other: too small and too close to be links


def test_quadrants_put_performance_across_and_importance_up() -> None:
    chart = quadrants(Spot("low", 0, 0), Spot("high", 100, 100))
    assert circles(chart) == [(10, 348.0), (94, 48.0)]
    assert named(chart) == ["low", "high"]


@pytest.mark.parametrize(
    ("x", "y", "corner"),
    [(49.9, 50, "Mend first"), (50, 50, "Keep it up"), (49.9, 49.9, "Watch"), (50, 49.9, "Enough")],
)
def test_each_thing_is_told_its_corner(x: float, y: float, corner: str) -> None:
    chart = quadrants(Spot("a", x, y))
    assert chart.rows[0] == ("a", f"{x:g}%", f"{y:g}", corner)
    assert f"; {corner}</title>" in chart.svg


def test_intervals_are_whiskers_where_they_are_known() -> None:
    chart = quadrants(Spot("a", 50, 50, (0, 100), None), Spot("b", 50, 50, None, (0, 100)), Spot("c", 50, 50))
    whiskers = re.findall(r'chart-thin" x1="([^"]*)" x2="([^"]*)" y1="([^"]*)" y2="([^"]*)"', chart.svg)
    assert whiskers == [("10%", "94%", "198", "198"), ("52%", "52%", "348", "48")]
    assert [row[1:3] for row in chart.rows] == [("50% (0 to 100)", "50"), ("50%", "50 (0 to 100)"), ("50%", "50")]


def test_the_corners_words_stand_outside_of_the_marks() -> None:
    chart = quadrants(Spot("a", 0, 0), Spot("b", 100, 100), corner_words=("one " * 9, "two", "three", "four"))
    heights = {float(y) for y in re.findall(r'y="([\d.]+)" text-anchor="\w+">(?:one one|two|three|four)', chart.svg)}
    assert heights == {40, 364}
    assert "one one one one one…" in chart.svg


def test_quadrants_of_nothing_and_of_equal_values_are_pictures_too() -> None:
    assert "nothing to show yet" in quadrants().svg
    assert "nan" not in quadrants(*[Spot(str(i), 50, 50) for i in range(12)]).svg


def areas(written: str) -> list[Area]:
    """Where names were written on the narrowest picture."""
    found = re.findall(r'<text[^>]* x="([\d.]+)%" dx="(-?\d+)" y="([\d.-]+)" text-anchor="(\w+)">([^<]*)<', written)
    boxes = []
    for x, dx, y, anchor, text in found:
        width, at = 7 * len(text), 3 * float(x) + float(dx)
        left = {"start": at, "middle": at - width / 2, "end": at - width}[anchor]
        boxes.append(Area(left, float(y) - 11, left + width, float(y) + 4))
    return boxes


def test_names_lie_neither_over_each_other_nor_over_marks_nor_outside() -> None:
    crowd = [Name(f"name number {i}", 10 + 7 * (i * 5 % 12), 30 + 20 * (i * 7 % 12), i % 2 == 0) for i in range(12)]
    boxes = areas(names(crowd, 0, 300))
    assert len(boxes) >= 10
    for index, box in enumerate(boxes):
        assert box.left >= 0
        assert box.right <= 300
        assert not any(box.meets(other) for other in boxes[index + 1 :])
        assert not any(box.meets(name.mark) for name in crowd)


@pytest.mark.parametrize("x", [0, 10, 50, 94, 100])
@pytest.mark.parametrize("y", [0, 150, 300])
def test_a_long_name_stays_inside_wherever_its_mark_is(x: float, y: float) -> None:
    written = names([Name("Customer care and field service, North", x, y)], 0, 300)
    (box,) = areas(written)
    assert box.left >= 0
    assert box.right <= 300
    assert box.top >= 0
    assert box.bottom <= 300


def test_a_name_far_from_its_mark_is_tied_to_it() -> None:
    crowd = [
        Name("one", 50, 100),
        Name("two", 50, 100),
        Name("three", 50, 100),
        Name("four", 50, 100),
        Name("5", 50, 100),
    ]
    written = names(crowd, 0, 300)
    assert len(areas(written)) == 5
    assert written.count("<line") == 1


def test_names_leave_other_marks_free_where_they_can() -> None:
    above = Name("other", 50, 88)
    assert 'y="87"' in names([Name("one", 50, 100)], 0, 300)
    assert 'y="120"' in names([Name("one", 50, 100)], 0, 300, [above])


def test_a_name_without_any_room_is_left_out_and_its_mark_still_says_it() -> None:
    assert names([Name("one", 50, 10)], 5, 15) == ""
    chart = quadrants(*[Spot(f"thing number {i}", 50, 50) for i in range(40)])
    assert len(named(chart)) < 40
    assert all(f"<title>thing number {i}:" in chart.svg for i in range(40))
