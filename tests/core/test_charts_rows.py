"""Pictures for many rows: dots of up to sixty of them, sparklines for tables, and the colours of all pictures."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.core import charts
from app.core.charts import Benchmark, Chart, Estimate, Part, Second, Stack

STYLES = (Path(__file__).parents[2] / "app/core/static/uplift.css").read_text(encoding="utf-8")
REASON = "not enough to judge: 14 more responses"


def dots(*items: Estimate, **options: object) -> Chart:
    return charts.dots("T", "D", items, span=(0, 100), **options)  # type: ignore[arg-type] - passed on as given


def height(chart: Chart) -> float:
    return float(re.findall(r' height="([\d.]+)"', chart.svg)[0])


def test_a_row_without_a_value_says_why_in_its_place() -> None:
    chart = dots(Estimate("Berlin", 50), Estimate("Lyon", None, text=REASON), Estimate("Porto", None))
    assert chart.svg.count("<circle") == 1
    assert f'y="88">{REASON}' in chart.svg
    assert chart.rows[1:] == (("Lyon", REASON, "not known", "not known"), ("Porto", *["not known"] * 3))


def test_a_long_reason_is_cut_in_the_picture_and_whole_in_its_tooltip_and_the_table() -> None:
    chart = dots(Estimate("Lyon", None, text=REASON * 3))
    assert f"<title>{REASON * 3}</title>" in chart.svg
    assert f">{REASON * 3}<title" not in chart.svg
    assert chart.rows[0][1] == REASON * 3


@pytest.mark.parametrize(("count", "scales"), [(1, 1), (12, 1), (13, 2), (60, 2)])
def test_a_long_picture_has_its_numbers_above_as_well(count: int, scales: int) -> None:
    chart = dots(*[Estimate(f"Team {i}", i) for i in range(count)], benchmark=Benchmark("Company", 33))
    assert len(re.findall(r">75</text>", chart.svg)) == scales
    assert chart.svg.count("<circle") == len(chart.rows) == count
    lowest = max(float(y) for y in re.findall(r' cy="([\d.]+)"', chart.svg))
    assert lowest + 20 <= height(chart) - 18


def test_the_numbers_above_a_long_picture_stand_below_the_benchmarks_name_and_above_the_first_row() -> None:
    chart = dots(*[Estimate(f"Team {i}", i) for i in range(13)], benchmark=Benchmark("Company", 33))
    name, number, label = (
        float(re.findall(rf' y="(\d+)"[^>]*>{words}<', chart.svg)[0]) for words in ("Company: 33", "75", "Team 0")
    )
    assert name + 20 <= number <= label - 20


def test_a_second_value_is_a_hollow_diamond_with_its_name_in_title_key_and_table() -> None:
    chart = dots(Estimate("Berlin", 50), Estimate("Porto", 80), second=Second("Steadied", (40, None)))
    assert chart.svg.count('<path class="chart-hollow"') == 2  # the mark and its sample in the key
    assert "<title>Berlin, Steadied: 40</title>" in chart.svg
    assert 'x="28" y="5">Steadied</text>' in chart.svg
    assert chart.header == ("What", "Value", "From", "To", "Steadied")
    assert [row[-1] for row in chart.rows] == ["40", "not known"]


def test_a_second_value_lies_on_the_axis_and_below_a_reason() -> None:
    chart = dots(Estimate("Lyon", None, text=REASON), Estimate("Porto", 80), second=Second("Steadied", (150, 70)))
    places = re.findall(r'<svg x="([\d.]+)%" y="([\d.]+)"><path class="chart-hollow"', chart.svg)
    assert all(0 <= float(x) <= 100 for x, _ in places)
    assert [float(y) for _, y in places[:2]] == [54, 52 + 22 + 32]


def test_a_second_value_is_asked_for_each_row() -> None:
    with pytest.raises(ValueError, match="for each row"):
        dots(Estimate("Berlin", 50), second=Second("Steadied", (1, 2)))


def test_labels_with_an_address_are_links_and_the_picture_is_a_group() -> None:
    chart = dots(Estimate("A & B", 50, href="/teams?a=1&b=2"), Estimate("C", None, href="/teams/3"), Estimate("D", 1))
    svg = ElementTree.fromstring(str(chart.svg))  # noqa: S314 - our own picture
    assert svg.get("role") == "group"  # what is inside of an image can't be reached
    assert [link.get("href") for link in svg.iter("a")] == ["/teams?a=1&b=2", "/teams/3"]
    assert chart.rows[0][0] == '<a href="/teams?a=1&amp;b=2">A &amp; B</a>'
    assert 'role="img"' in dots(Estimate("D", 1)).svg


def test_the_distribution_of_answers_is_one_stack_with_its_shares() -> None:
    parts = (Part("Promoters", "promoter"), Part("Passives", "passive"), Part("Detractors", "detractor"))
    chart = charts.stacked_bars("T", "D", parts, [Stack("All answers", (50, 30, 20))])
    assert re.findall(r'class="mark-(\w+)" x="[\d.]+%?" y="24" width="([\d.]+)%"', chart.svg) == [
        *(("promoter", "50"), ("passive", "30"), ("detractor", "20"))
    ]
    assert chart.rows == (("All answers", "50", "30", "20", "100"),)


def spoken(svg: str) -> str:
    (title,) = re.findall(r"<title>([^<]*)</title>", svg)
    return title


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([31, 28, 44], "Berlin: from 31 to 44 over 8 weeks"),
        ([None, -3.25, None, 4, None], "Berlin: from −3.2 to 4 over 8 weeks"),
        ([5, 5, 5], "Berlin: steady at 5 over 8 weeks"),
        ([5, 9, 5], "Berlin: from 5 to 5 over 8 weeks"),
        ([5], "Berlin: steady at 5 over 8 weeks"),
        ([], "Berlin: not known"),
        ([None, None], "Berlin: not known"),
    ],
)
def test_a_sparkline_is_named_in_words(points: list[float | None], words: str) -> None:
    svg = charts.spark(points, label="Berlin", over="8 weeks", benchmark=0)
    assert spoken(svg) == words
    assert ElementTree.fromstring(str(svg)).get("role") == "img"  # noqa: S314 - our own picture
    assert "nan" not in svg


def test_a_sparkline_goes_from_its_lowest_to_its_highest() -> None:
    svg = charts.spark([0, 100, 50], label="Berlin")
    assert 'points="5,31 80,5 155,18"' in svg
    assert '<circle class="mark-accent" cx="155" cy="18" r="4"/>' in svg


def test_a_sparkline_has_gaps_and_shows_what_stands_alone() -> None:
    svg = charts.spark([1, None, 2, 3, None, 4], label="Berlin")
    assert [len(path.split()) for path in re.findall(r'points="([^"]*)"', svg)] == [1, 2, 1]
    assert svg.count('r="2"') == 2
    assert svg.count('r="4"') == 1


def test_a_sparkline_is_small_safe_and_the_same_each_time() -> None:
    svg = charts.spark([1, 2], label="<script>", over="<b>", unit="<i>", benchmark=1.5)
    assert svg == charts.spark([1, 2], label="<script>", over="<b>", unit="<i>", benchmark=1.5)
    assert not re.findall(r"<script|<b>|<i>|style=| id=", svg)
    assert 'width="160" height="36"' in svg


def token(name: str) -> tuple[str, str]:
    """A colour on light and on dark paper."""
    light, dark = re.findall(rf"--{name}: light-dark\((#\w+), (#\w+)\)", STYLES)[0]
    return light, dark


def channels(colour: str) -> list[float]:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    return [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]


def luminance(rgb: list[float]) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str, paper: str, opacity: float = 1) -> float:
    mixed = [opacity * c + (1 - opacity) * p for c, p in zip(channels(colour), channels(paper), strict=True)]
    dark, light = sorted((luminance(mixed), luminance(channels(paper))))
    return (light + 0.05) / (dark + 0.05)


def rule_of(name: str) -> str:
    return " ".join(re.findall(rf"^\.{name}(?:, [^{{]*)? {{([^}}]*)}}", STYLES, re.MULTILINE))


@pytest.mark.parametrize("name", ["chart-line", "chart-benchmark", "chart-limit", "chart-hollow", "chart-whisker"])
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_lines_that_carry_meaning_stand_out_from_the_paper(name: str, theme: int) -> None:
    rule = rule_of(name)
    (stroke,) = re.findall(r"stroke: var\(--([\w-]+)\)", rule)
    opacity = float((re.findall(r"stroke-opacity: ([\d.]+)", rule) or ["1"])[0])
    assert contrast(token(stroke)[theme], token("paper")[theme], opacity) >= 3


@pytest.mark.parametrize("name", ["chart-svg", "chart-axis"])
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_in_pictures_can_be_read(name: str, theme: int) -> None:
    (fill,) = re.findall(r"fill: var\(--([\w-]+)\)", rule_of(name))
    assert contrast(token(fill)[theme], token("paper")[theme]) >= 4.5
