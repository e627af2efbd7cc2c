"""Data become SVG: pictures with a finding for a title, a description, and the same figures as a table.

Widths are percentages and heights are pixels, so that bars stretch with the page while words keep their size: a
picture reads as well at 340 px as at 1,200. Colours come from classes in uplift.css (`mark-…`), so that the dark
theme and grey print work. Nothing here reads a clock or a database: the same data give the same bytes.
"""

from app.core.charts.bars import Bar, Part, Stack, bars, stacked_bars
from app.core.charts.dots import Second, dots
from app.core.charts.estimates import Benchmark, Estimate
from app.core.charts.funnel import Beyond, Group, funnel
from app.core.charts.limits import Limits
from app.core.charts.marks import KINDS, Chart
from app.core.charts.quadrants import Spot, quadrants
from app.core.charts.sparks import spark
from app.core.charts.trend import Point, Way, line, trend
from app.core.charts.words import number, share

__all__ = [
    "KINDS",
    "Bar",
    "Benchmark",
    "Beyond",
    "Chart",
    "Estimate",
    "Group",
    "Limits",
    "Part",
    "Point",
    "Second",
    "Spot",
    "Stack",
    "Way",
    "bars",
    "dots",
    "funnel",
    "line",
    "number",
    "quadrants",
    "share",
    "spark",
    "stacked_bars",
    "trend",
]
