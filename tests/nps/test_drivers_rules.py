"""Which drivers are analysed together, and which of their ways are real."""

import pytest

from app.nps.rules import mean_of
from app.nps.rules.answered import answered_together
from app.nps.rules.courses import courses


def together(*patterns):
    """(ids of drivers, so many responses)…"""
    return answered_together({frozenset(ids): n for ids, n in patterns})


class TestAnsweredTogether:
    def test_nothing_rated_is_nothing_together(self):
        assert together() == together(((), 5))
        assert (together().drivers, together().n) == ((), 0)

    def test_rows_that_rate_more_count_for_a_smaller_set(self):
        found = together(((1, 2), 160), ((1, 2, 3), 100))
        assert (found.drivers, found.n, found.left_out) == ((1, 2), 260, (3,))

    @pytest.mark.parametrize(("n", "drivers"), [(149, (1, 2)), (150, (1, 2, 3))])
    def test_a_larger_set_needs_150_rows(self, n, drivers):
        assert together(((1, 2), 200), ((1, 2, 3), n)).drivers == drivers

    @pytest.mark.parametrize(("others", "drivers"), [(450, (1, 2, 3)), (451, (4,))])
    def test_a_larger_set_needs_a_quarter_of_all_rows(self, others, drivers):
        assert together(((4,), others), ((1, 2, 3), 150)).drivers == drivers

    def test_with_too_few_everywhere_the_one_with_most_rows_is_told(self):
        found = together(((1, 2, 3), 10), ((4, 5), 40))
        assert (found.drivers, found.n, found.left_out) == ((4, 5), 40, (1, 2, 3))

    def test_of_more_than_twelve_those_rated_most_often(self):
        found = together((tuple(range(1, 15)), 200), ((13, 14), 5))
        assert found.drivers == (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14)
        assert found.left_out == (11, 12)


class TestCourses:
    @staticmethod
    def means(*values):
        """Means of ratings that are spread by one; (mean, n) or None."""
        return [mean_of(n, value * n, (value**2 + 1) * n) if n else None for value, n in values]

    def test_a_clear_way_is_real_and_a_wobble_is_not(self):
        up, steady = courses([self.means((3.0, 200), (3.9, 200)), self.means((3.0, 200), (3.05, 200))])
        assert (up.real, round(up.difference, 2)) == (True, 0.9)
        assert steady.real is False

    def test_months_with_too_few_ratings_are_passed_over(self):
        found = courses([self.means((1.0, 29), (3.0, 30), (0, 0), (3.9, 200), (5.0, 3))])[0]
        assert (found.first, found.last) == (1, 3)

    @pytest.mark.parametrize("series", [[], [(3.0, 200)], [(3.0, 200), (4.0, 29)]])
    def test_less_than_two_months_are_no_way(self, series):
        assert courses([self.means(*series)]) == [None]

    def test_of_many_looked_at_together_more_is_asked(self):
        borderline = self.means((3.0, 200), (3.205, 200))
        assert courses([borderline])[0].real
        steady = [self.means((3.0, 200), (3.0, 200)) for _ in range(9)]
        assert not courses([borderline, *steady])[0].real
