from datetime import date
from itertools import pairwise

import pytest

from app.nps.rules import Counts, adding_up, compare, false_discovery, month_of, named
from app.nps.rules.pivoting import (
    MOST_COLUMNS,
    MOST_MONTHS,
    Found,
    Sum,
    Verdict,
    in_months,
    judged,
    latest_months,
    lay_out,
    offered,
    whole_months,
)

TODAY = date(2026, 10, 3)
HIGH, LOW, MIDDLE, NOTHING = Counts(80, 10, 10), Counts(20, 10, 70), Counts(45, 20, 35), Counts()


def found(cells, *, lost=NOTHING, complete=True):
    """What is found when every response has both labels but `lost`, which has none."""
    rows, columns = ({place[i] for place in cells} for i in (0, 1))
    return Found(
        rows=sorted(rows),
        row_totals={row: adding_up(cell for (r, _), cell in cells.items() if r == row) for row in rows},
        whole=adding_up(cells.values()) + lost,
        complete=complete,
        columns=sorted(columns),
        column_totals={column: adding_up(cell for (_, c), cell in cells.items() if c == column) for column in columns},
        cells=cells,
    )


def counts_in(grid):
    return {(line.key, cell.column): cell.counts for line in grid.lines for cell in line.cells}


class TestWhatAddsUp:
    def test_sums_stand_at_the_ends(self):
        grid = lay_out(found({(1, 8): HIGH, (1, 9): LOW, (2, 8): MIDDLE}))
        assert grid.columns == (8, 9, Sum.ALL)
        assert [line.key for line in grid.lines] == [1, 2, Sum.ALL]
        cells = counts_in(grid)
        assert cells[1, Sum.ALL] == HIGH + LOW
        assert cells[Sum.ALL, 8] == HIGH + MIDDLE
        assert cells[2, 9] == Counts()
        assert cells[Sum.ALL, Sum.ALL] == HIGH + LOW + MIDDLE

    def test_responses_without_a_label_are_not_given_and_every_row_and_column_adds_up(self):
        plain = found({(1, 8): HIGH, (2, 9): LOW}, lost=Counts(3, 2, 1))
        half = Counts(5, 0, 0)  # has a row's label and no column's
        grid = lay_out(
            Found(
                rows=plain.rows,
                row_totals={**plain.row_totals, 1: plain.row_totals[1] + half},
                whole=plain.whole + half,
                complete=True,
                columns=plain.columns,
                column_totals=plain.column_totals,
                cells=plain.cells,
            )
        )
        assert grid.columns == (8, 9, Sum.NOT_GIVEN, Sum.ALL)
        cells = counts_in(grid)
        assert cells[1, Sum.NOT_GIVEN] == half
        assert cells[Sum.NOT_GIVEN, Sum.NOT_GIVEN] == Counts(3, 2, 1)
        for line in grid.lines:
            assert adding_up(cell.counts for cell in line.cells[:-1]) == line.cells[-1].counts
        for column in grid.columns:
            *parts, whole = (cells[line.key, column] for line in grid.lines)
            assert adding_up(parts) == whole

    def test_some_rows_alone_do_not_tell_what_is_not_given(self):
        grid = lay_out(found({(1, 8): HIGH}, lost=LOW, complete=False))
        assert [line.key for line in grid.lines] == [1, Sum.ALL]

    def test_one_dimension_has_one_column(self):
        one = Found(rows=[1, 2], row_totals={1: HIGH, 2: LOW}, whole=HIGH + LOW + MIDDLE, complete=True)
        grid = lay_out(one)
        assert grid.columns == (Sum.ALL,)
        assert [(line.key, line.cells[0].counts) for line in grid.lines] == [
            (1, HIGH),
            (2, LOW),
            (Sum.NOT_GIVEN, MIDDLE),
            (Sum.ALL, HIGH + LOW + MIDDLE),
        ]
        assert [line.cells[0].verdict for line in grid.lines[:2]] == [Verdict.ABOVE, Verdict.BELOW]

    def test_a_response_that_comes_between_two_reads_makes_nothing_negative(self):
        one = found({(1, 8): HIGH})
        grid = lay_out(Found([1], {1: HIGH - Counts(1, 0, 0)}, HIGH - Counts(1, 0, 0), True, [8], {8: HIGH}, one.cells))
        assert grid.columns == (8, Sum.ALL)
        assert min(min(counts) for counts in counts_in(grid).values()) >= 0

    def test_nothing_found_is_a_table_of_nothing(self):
        grid = lay_out(Found(rows=[], row_totals={}, whole=Counts(), complete=True, columns=[]))
        assert counts_in(grid) == {(Sum.ALL, Sum.ALL): Counts()}


class TestColumns:
    many = found({(1, column): Counts(column, 0, 0) for column in range(1, MOST_COLUMNS + 4)})

    def test_the_largest_stand_for_themselves_and_the_rest_together(self):
        grid = lay_out(self.many)
        assert grid.columns == (*range(MOST_COLUMNS + 3, 3, -1), Sum.OTHERS, Sum.ALL)
        assert counts_in(grid)[1, Sum.OTHERS] == Counts(1 + 2 + 3, 0, 0)

    def test_as_many_as_fit_need_no_others(self):
        fitting = found({(1, column): HIGH for column in range(MOST_COLUMNS)})
        assert len(lay_out(fitting).columns) == MOST_COLUMNS + 1

    def test_chosen_ones_stand_for_themselves_the_largest_first(self):
        grid = lay_out(self.many, chosen=[2, 5, 999])
        assert grid.columns == (5, 2, Sum.OTHERS, Sum.ALL)
        assert counts_in(grid)[1, Sum.OTHERS] == self.many.whole - Counts(7, 0, 0)

    def test_more_chosen_than_fit_are_cut(self):
        assert len(lay_out(self.many, chosen=range(100)).columns) == MOST_COLUMNS + 2

    def test_nothing_known_chosen_is_as_nothing_chosen(self):
        assert lay_out(self.many, chosen=[0, -1, 10**9]) == lay_out(self.many)


class TestCells:
    @pytest.mark.parametrize(
        ("n", "verdict", "scored"),
        [(0, Verdict.EMPTY, False), (29, Verdict.NOT_ENOUGH, False), (30, Verdict.ABOVE, True)],
    )
    def test_a_score_needs_thirty_responses(self, n, verdict, scored):
        grid = lay_out(found({(1, 8): Counts(n, 0, 0), (1, 9): LOW, (2, 9): LOW}))
        cell = grid.lines[0].cells[grid.columns.index(8)]
        assert (cell.verdict, cell.score is not None) == (verdict, scored)

    def test_sums_are_not_marked(self):
        grid = lay_out(found({(1, 8): HIGH, (1, 9): HIGH, (2, 8): LOW, (2, 9): LOW}))
        sums = [cell for line in grid.lines for cell in line.cells if Sum.ALL in (line.key, cell.column)]
        assert {cell.verdict for cell in sums} == {Verdict.LIKE_THE_REST}
        assert grid.marked(Verdict.ABOVE) == grid.marked(Verdict.BELOW) == 2

    def test_each_cell_is_compared_with_all_others_and_the_tests_count_together(self):
        cells = {i: Counts(40 + i, 20, 40 - i) for i in range(-12, 13, 2)}
        whole = adding_up(cells.values())
        p_values = [compare(cell, whole - cell).p for cell in cells.values()]
        expected = false_discovery(p_values)
        assert 0 < sum(expected) < sum(p < 0.05 for p in p_values), "the scene shows what testing together changes"
        marked = [verdict in {Verdict.ABOVE, Verdict.BELOW} for verdict in judged(cells, whole).values()]
        assert marked == expected

    def test_a_cell_with_nothing_beside_it_is_not_judged(self):
        assert judged({1: HIGH}, HIGH) == {}
        assert judged({1: HIGH}, HIGH + Counts(0, 0, 29)) == {}
        assert judged({1: HIGH}, HIGH + Counts(0, 0, 30)) == {1: Verdict.ABOVE}


class TestMonths:
    @pytest.mark.parametrize(
        ("given", "key", "words"),
        [
            ("2026-09", "2026-09", "September 2026"),
            ("2026-Q3", "2026-Q3", "July to September 2026"),
            ("2026", "2026", "2026"),
            ("2026-W05", "2026-01-01..2026-02-28", "January to February 2026"),
            ("2026-02-10..2026-02-12", "2026-02", "February 2026"),
            ("2026-07-31..2026-09-01", "2026-Q3", "July to September 2026"),
            ("last-90-days", "2026-07-01..2026-10-31", "July to October 2026"),
            ("last-12-months", "2025-11-01..2026-10-31", "November 2025 to October 2026"),
            ("2024-05-03..2026-09-30", "2025-10-01..2026-09-30", "October 2025 to September 2026"),
            ("2025-10-01..2026-09-30", "2025-10-01..2026-09-30", "October 2025 to September 2026"),
            ("1900", "1900", "1900"),
            ("2999-12", "2999-12", "December 2999"),
        ],
    )
    def test_a_period_becomes_whole_months_twelve_at_most(self, given, key, words):
        whole = whole_months(named(given, TODAY))
        assert (whole.key, in_months(whole)) == (key, words)
        assert whole_months(whole) == whole

    def test_what_is_offered_is_whole_months_newest_first_each_once(self):
        groups = offered(TODAY)
        periods = [period for group in groups.values() for period in group]
        assert [whole_months(period) for period in periods] == periods
        assert len({period.key for period in periods}) == len(periods)
        for group in groups.values():
            assert all(newer.first > older.first for newer, older in pairwise(group))
        assert groups["Months"][0] == month_of(TODAY)
        assert len(groups["Months"]) == MOST_MONTHS
        assert groups["Twelve months"] == [latest_months(TODAY)]
        assert latest_months(TODAY).key == "2025-11-01..2026-10-31"
