from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, flash, render_template_string
from werkzeug.datastructures import MultiDict

from app.core import charts
from app.core.tables import Page


@pytest.fixture
def drawn(site: Flask) -> Callable[..., str]:
    def draw(source: str, **values: Any) -> str:
        with site.test_request_context():
            return render_template_string(source, **values)

    return draw


def page(**values: Any) -> Page:
    given = {"rows": [], "sort": "name", "descending": False, "next_cursor": None, "previous_cursor": None}
    return Page(**{**given, **values})


def test_a_page_head_has_one_title_a_lead_and_its_actions(drawn: Callable[..., str]) -> None:
    html = drawn('{% call ui.page_head("A & B", "What it is for.") %}<a>Do</a>{% endcall %}')
    assert "<h1>A &amp; B</h1>" in html
    assert '<p class="lead">What it is for.</p>' in html
    assert '<div class="page-head-actions"><a>Do</a></div>' in html


def test_a_page_head_can_do_without_lead_and_actions(drawn: Callable[..., str]) -> None:
    html = drawn('{{ ui.page_head("A") }}')
    assert "<h1>A</h1>" in html
    assert "lead" not in html
    assert "actions" not in html


@pytest.mark.parametrize("kind", ["good", "watch", "bad", "neutral"])
def test_a_state_has_a_word_and_a_shape_of_its_own(drawn: Callable[..., str], kind: str) -> None:
    html = drawn("{{ ui.tag(kind, 'A <word>') }}", kind=kind)
    others = [drawn("{{ ui.tag(kind, 'x') }}", kind=other) for other in ("good", "watch", "bad", "neutral")]
    assert f'class="tag tag-{kind}"' in html
    assert "A &lt;word&gt;</span>" in html
    assert len({other.split(' d="')[1].split('"')[0] for other in others}) == 4


def test_an_unknown_state_is_drawn_as_a_neutral_one(drawn: Callable[..., str]) -> None:
    assert "tag-neutral" in drawn("{{ ui.tag('purple', 'x') }}")


def test_progress_is_said_in_words(drawn: Callable[..., str]) -> None:
    html = drawn("{{ ui.progress(3, 9, '3 of 9 lessons read') }}")
    assert '<span class="meter-words">3 of 9 lessons read</span>' in html
    assert '<progress value="3" max="9">' in html
    assert 'max="1"' in drawn("{{ ui.progress(0, 0, 'nothing to read') }}"), "a progress element needs a length"


def test_an_empty_page_says_the_one_thing_to_do(drawn: Callable[..., str]) -> None:
    assert '<a class="btn btn-primary" href="/x">Begin</a>' in drawn("{{ ui.empty('T', 'Why.', '/x', 'Begin') }}")
    assert "<a" not in drawn("{{ ui.empty('T', 'Why.') }}")


def test_a_column_head_sorts_keeps_the_filters_and_starts_at_the_first_page(drawn: Callable[..., str]) -> None:
    args = MultiDict([("department", "Support"), ("after", "cursor")])
    html = drawn("{{ ui.sort_header(page, 'day', 'Day', args) }}", page=page(), args=args)
    assert 'href="?department=Support&amp;sort=day"' in html
    assert "aria-sort" not in html


@pytest.mark.parametrize(
    ("descending", "said", "leads_to"), [(False, "ascending", "-name"), (True, "descending", "name")]
)
def test_the_sorted_column_says_so_and_turns_around(
    drawn: Callable[..., str], descending: bool, said: str, leads_to: str
) -> None:
    html = drawn("{{ ui.sort_header(page, 'name', 'Name', {}) }}", page=page(descending=descending))
    assert f'aria-sort="{said}"' in html
    assert f'href="?sort={leads_to}"' in html


def test_the_pager_leads_both_ways_and_keeps_the_filters(drawn: Callable[..., str]) -> None:
    args = MultiDict([("q", "a b"), ("before", "old")])
    html = drawn("{{ ui.pager(page, args) }}", page=page(next_cursor="N", previous_cursor="P"), args=args)
    assert 'href="?q=a+b&amp;after=N"' in html
    assert 'href="?q=a+b&amp;before=P"' in html


def test_one_page_alone_has_no_pager(drawn: Callable[..., str]) -> None:
    assert drawn("{{ ui.pager(page, {}) }}", page=page()).strip() == ""


def test_a_chart_stands_with_its_finding_its_description_and_its_table(drawn: Callable[..., str]) -> None:
    chart = charts.bars("Most know it", "Right answers.", [charts.Bar("A <b>", 91)], unit="%", head="Module")
    html = drawn("{{ ui.chart(chart) }}", chart=chart)
    assert '<span class="chart-title">Most know it</span>' in html
    assert str(chart.svg) in html
    assert "<summary>Show as table</summary>" in html
    assert '<th scope="row">A &lt;b&gt;</th><td data-label="Value">91%</td>' in html


def test_messages_of_the_last_action_have_a_role_and_a_shape(site: Flask) -> None:
    with site.test_request_context():
        flash("Saved.", "good")
        flash("<b>Not</b> saved.", "bad")
        flash("By the way.")
        html = render_template_string("{{ ui.flashes() }}")
    assert html.count("<svg") == 3
    assert 'notice-good" role="status"' in html
    assert 'notice-bad" role="alert"' in html
    assert 'notice-info" role="status"' in html
    assert "&lt;b&gt;Not&lt;/b&gt; saved." in html


def test_a_submit_button_takes_attributes(drawn: Callable[..., str]) -> None:
    html = drawn("{{ ui.submit('Save', 'secondary', name='go', value='1') }}")
    assert '<button type="submit" class="btn btn-secondary" name="go" value="1">Save</button>' in html
