"""Where knowledge checks come from: a slice above learning renders them into its lessons."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

# renderer(refs, person_id, answered) -> the HTML of each; a ref is "quiz-slug/question-key". `answered` holds what
# the address of the lesson says about checks answered just now, or None.
CheckRenderer = Callable[[Sequence[str], int, Mapping[str, Any] | None], Mapping[str, Markup]]
_KEY = "uplift.learning.checks"


def set_check_renderer(app: Flask, renderer: CheckRenderer) -> None:
    app.extensions[_KEY] = renderer


def render_checks(refs: Sequence[str], person_id: int, answered: Mapping[str, Any] | None) -> Mapping[str, Markup]:
    """The checks of one page by ref. One call a page; a ref that is missing from the answer is not shown."""
    renderer: CheckRenderer | None = current_app.extensions.get(_KEY)
    return renderer(refs, person_id, answered) if renderer and refs else {}
