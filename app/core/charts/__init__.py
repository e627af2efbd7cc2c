"""Data become SVG: pictures with a finding for a title, a description, and the same figures as a table.

Widths are percentages and heights are pixels, so that bars stretch with the page while words keep their size: a
picture reads as well at 340 px as at 1,200. Colours come from classes in uplift.css (`mark-…`), so that the dark
theme and grey print work. Nothing here reads a clock or a database: the same data give the same bytes.
"""

from app.core.charts.bars import Bar, Part, Stack, bars, stacked_bars
from app.core.charts.estimates import Benchmark, Estimate, dots, line
from app.core.charts.marks import KINDS, Chart
from app.core.charts.words import number, share

__all__ = [
    "KINDS",
    "Bar",
    "Benchmark",
    "Chart",
    "Estimate",
    "Part",
    "Stack",
    "bars",
    "dots",
    "line",
    "number",
    "share",
    "stacked_bars",
]
