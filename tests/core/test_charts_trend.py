import re
from xml.etree import ElementTree

import pytest

from app.core import charts
from app.core.charts import Benchmark, Chart, Estimate, Limits, Point

AROUND = Limits(-10, 10, -20, 20)
UP, DOWN = "a real change: up against the one before", "a real change: down against the one before"


def trend(*points: Point, **options: object) -> Chart:
    return charts.trend("T", "D", points, span=(-100, 100), **options)  # type: ignore[arg-type] - passed on as given


def flat(*values: float | None) -> list[Point]:
    return [Point(f"day {index}", value) for index, value in enumerate(values)]


def paths(chart: Chart, kind: str) -> list[str]:
    return re.findall(rf'<poly\w+ class="{kind}"[^>]* points="([^"]*)"', chart.svg)


def titles(chart: Chart) -> list[str]:
    return re.findall(r"<title>([^<]*)</title>", chart.svg)


def texts(chart: Chart) -> list[str]:
    found = ElementTree.fromstring(str(chart.svg)).iter("text")  # noqa: S314 - our own picture
    return [element.text or "" for element in found]


def key(chart: Chart) -> list[str]:
    """What the key below the picture says."""
    return re.findall(r'<text class="chart-axis" x="28" y="5">([^<]*)</text>', chart.svg)


def time_labels(chart: Chart, kind: str) -> list[str]:
    return re.findall(rf'<text class="{kind}" x="[^"]*" y="246"[^>]*>([^<]*)</text>', chart.svg)


@pytest.mark.parametrize(("value", "y"), [(100, 24), (0, 124), (-100, 224), (50, 74)])
def test_a_value_stands_at_its_height(value: float, y: int) -> None:
    assert paths(trend(*flat(value, 0)), "chart-line") == [f"10.00,{y} 94.00,124"]


def test_a_missing_value_is_a_gap_in_the_line_and_in_the_band() -> None:
    points = [Point(str(i), v, None if v is None else v - 5, None if v is None else v + 5) for i, v in GAPPED]
    chart = trend(*points)
    assert [len(path.split()) for path in paths(chart, "chart-line")] == [2, 3]
    assert [len(path.split()) for path in paths(chart, "chart-band")] == [4, 6]
    assert chart.rows[2] == ("2", "not known", "not known", "not known")


GAPPED = list(enumerate([1, 2, None, 4, 5, 6]))


def test_a_value_without_an_interval_interrupts_the_band_alone() -> None:
    chart = trend(Point("a", 1, 0, 2), Point("b", 2, 1, 3), Point("c", 3), Point("d", 3, 2, 4), Point("e", 3, 2, 4))
    assert len(paths(chart, "chart-line")) == 1
    assert len(paths(chart, "chart-band")) == 2


def test_a_lone_interval_is_drawn_though_it_has_no_width() -> None:
    chart = trend(Point("a", 1), Point("b", 0, -50, 50), Point("c", 3))
    assert '<rect class="chart-band" x="-6" y="74" width="12" height="100"/>' in chart.svg
    assert paths(chart, "chart-band") == []


def test_the_table_says_why_a_value_is_missing() -> None:
    assert trend(Point("May", None, text="no responses")).rows == (("May", "no responses", "not known", "not known"),)


def test_limits_are_steps_around_their_points_with_gaps_of_their_own() -> None:
    chart = trend(*[Point(str(i), 0, limits=None if i == 2 else AROUND) for i in range(5)])
    inner, outer = paths(chart, "chart-limit"), paths(chart, "chart-limit-far")
    assert len(inner) == len(outer) == 4  # low and high, before and after the gap
    assert inner[0] == "10.00,134 20.50,134 20.50,134 41.50,134"
    assert outer[3] == "62.50,104 83.50,104 83.50,104 94.00,104"


def test_a_point_beyond_the_limits_has_another_shape_and_says_so() -> None:
    chart = trend(Point("a", 0, limits=AROUND), Point("b", 50, limits=AROUND, outside=True), Point("c", 0))
    assert chart.svg.count("<circle") == 2
    assert "b: 50; beyond what chance explains" in titles(chart)
    assert [row[-1] for row in chart.rows] == ["none", "beyond what chance explains", "none"]


@pytest.mark.parametrize(("value", "changed", "y"), [(0, "up", 110), (0, "down", 138), (-100, "down", 210)])
def test_a_real_change_has_its_triangle_above_or_below_and_never_among_the_labels(
    value: float, changed: str, y: int
) -> None:
    chart = trend(Point("a", 0), Point("b", value, changed=changed), Point("c", 0))  # type: ignore[arg-type] - a literal
    assert f'<svg x="52%" y="{y}"><path' in chart.svg
    assert f"b: {charts.number(value)}; {UP if changed == 'up' else DOWN}" in titles(chart)


def test_the_key_explains_the_marks_that_occur_and_no_others() -> None:
    assert key(trend(*flat(1, 2))) == []
    assert key(trend(Point("a", 1, 0, 2))) == ["what the true value may well be"]
    full = trend(Point("a", 1, 0, 2, limits=AROUND, outside=True, changed="up"), Point("b", 0, changed="down"))
    assert key(full)[1:] == [
        "chance stays inside 95% of the time",
        "the same, 99.8% of the time",
        "beyond what chance explains",
        "a real rise",
        "a real fall",
    ]


def test_the_picture_is_tall_enough_for_its_key() -> None:
    chart = trend(Point("a", 1, 0, 2, limits=AROUND, outside=True, changed="up"))
    height = float(re.findall(r'height="(\d+)" focusable', chart.svg)[0])
    lowest = max(float(y) for y in re.findall(r'<svg y="([\d.]+)">', chart.svg))
    assert lowest + 11 <= height


def test_the_table_counts_responses_and_tells_marks_where_there_are_some() -> None:
    assert trend(*flat(1)).header == ("When", "Value", "From", "To")
    chart = trend(Point("a", 1, 0, 2, n=1200), Point("b", 2), Point("c", 3, n=7, changed="up"), head="Week")
    assert chart.header == ("Week", "Value", "From", "To", "Responses", "Mark")
    assert chart.rows[0] == ("a", "1", "0", "2", "1,200", "none")
    assert [row[4:] for row in chart.rows[1:]] == [("not known", "none"), ("7", UP)]
    assert "c: 3, responses: 7; " + UP in titles(chart)


def test_of_a_hundred_points_only_those_with_something_to_say_have_a_dot() -> None:
    points = flat(*range(50), None, 7, None, *range(50))
    points[20] = Point("day 20", 20, changed="up")
    chart = trend(*points)
    dots = re.findall(r"<circle[^>]*><title>([^<]*)", chart.svg)
    assert [words.split(":")[0] for words in dots] == ["day 20", "day 51", "day 102"]  # changed, alone, newest


def test_every_known_point_of_a_crowd_says_its_value_somewhere() -> None:
    values = [None if index % 9 == 5 else index for index in range(110)]
    said = {words.split(":")[0] for words in titles(trend(*flat(*values)))}
    assert {f"day {index}" for index, value in enumerate(values) if value is not None} <= said


@pytest.mark.parametrize(
    ("count", "length", "always", "on_wide_pages"),
    [
        (0, 5, [], []),
        (1, 5, [0], []),
        (2, 5, [0, 1], []),
        (3, 5, [0, 1, 2], []),
        (4, 5, [0, 1, 2, 3], []),
        (4, 12, [0, 3], [1, 2]),
        (12, 6, [0, 6, 11], [3, 8]),
        (110, 9, [0, 54, 109], [27, 82]),
        (110, 40, [0, 109], []),
    ],
)
def test_as_many_times_are_named_as_have_room(
    count: int, length: int, always: list[int], on_wide_pages: list[int]
) -> None:
    labels = [f"{index:03d}".ljust(length, "x") for index in range(count)]
    chart = trend(*[Point(label, 1) for label in labels])
    assert [int(label[:3]) for label in time_labels(chart, "chart-axis")] == always
    assert [int(label[:3]) for label in time_labels(chart, "chart-axis chart-wide")] == on_wide_pages
    assert all(len(label) <= 18 for kind in ("", " chart-wide") for label in time_labels(chart, f"chart-axis{kind}"))


def test_the_newest_value_is_written_though_what_follows_is_missing() -> None:
    chart = trend(*flat(1, 42, None))
    assert re.findall(r'<text class="chart-value" x="52%"[^>]*>([^<]*)', chart.svg) == ["42"]


@pytest.mark.parametrize(
    ("unit", "place"), [("", 'x="94%" y="24" text-anchor="middle"'), (" points", 'x="100%" y="24" text-anchor="end"')]
)
def test_the_newest_value_stays_inside_the_picture(unit: str, place: str) -> None:
    assert f'<text class="chart-value" {place}>90{unit}<' in trend(*flat(0, 90), unit=unit).svg


def test_a_benchmarks_long_name_is_cut_before_its_value() -> None:
    assert "The average of all the…: 33" in texts(
        trend(*flat(1), benchmark=Benchmark("The average of all the others", 33))
    )


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ((0, 0), 'x="12%" y="117"'),  # nothing tells the ends apart: left, above
        ((60, 5), 'x="12%" y="141"'),
        ((5, 5, -90, -90), 'x="100%" y="117"'),
        ((5, -5, 40, 90), 'x="100%" y="141"'),
    ],
)
def test_the_benchmarks_name_stands_where_the_line_leaves_room(values: tuple[float, ...], place: str) -> None:
    chart = trend(*flat(*values), benchmark=Benchmark("Company", 0))
    assert f'<text class="chart-axis" {place}' in chart.svg


def test_the_benchmarks_name_is_never_written_over_the_newest_value() -> None:
    for newest in range(-40, 41, 2):
        chart = trend(*flat(0, 90, newest), benchmark=Benchmark("Company", 0))
        name = re.findall(r'<text class="chart-axis" x="(\d+)%" y="(\d+)"[^>]*>Company', chart.svg)[0]
        value = float(re.findall(r'<text class="chart-value" x="94%" y="([\d.]+)"', chart.svg)[0])
        assert name[0] == "12" or abs(float(name[1]) - value) > 12, newest


def test_without_any_value_the_picture_says_so() -> None:
    for chart in (trend(), charts.trend("T", "D", flat(None, None)), charts.line("T", "D", [])):
        assert "nothing to show yet" in texts(chart)
        assert "nan" not in chart.svg
    assert charts.trend("T", "D", flat(None)).rows == (("day 0", "not known", "not known", "not known"),)


def test_the_axis_holds_limits_and_intervals_beyond_the_span() -> None:
    chart = charts.trend("T", "D", [Point("a", 5, -50, 60, limits=Limits(-70, 70, -120, 130))], span=(0, 10))
    heights = [float(y) for path in paths(chart, r"chart-limit-far") for y in re.findall(r",([\d.]+)", path)]
    assert all(24 <= y <= 224 for y in heights)


def test_a_line_is_a_trend_of_plain_values() -> None:
    estimates = [Estimate("a", 1, 0, 2, href="/a"), Estimate("b", None, text="none yet")]
    points = [Point("a", 1, 0, 2, href="/a"), Point("b", None, text="none yet")]
    assert charts.line("T", "D", estimates) == charts.trend("T", "D", points)


def test_the_cell_of_a_point_with_an_address_is_a_link() -> None:
    assert trend(Point("a <b>", 1, href="/weeks?a=1&b=2")).rows[0][0] == '<a href="/weeks?a=1&amp;b=2">a &lt;b&gt;</a>'
