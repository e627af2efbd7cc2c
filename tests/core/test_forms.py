import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, render_template_string
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import DataRequired, InputRequired

from app.core.errors import Invalid
from app.core.forms import BaseForm

CHOICES = [SelectChoice("a", "Apples"), SelectChoice("b", "Bread & butter")]


class Order(BaseForm):
    name = StringField("Your <name>", validators=[DataRequired("Say who you are.")], description="As on your badge.")
    secret = PasswordField("Password")
    note = TextAreaField("Note")
    one = SelectField("One", choices=CHOICES)
    radio = RadioField("Radio", choices=CHOICES, validators=[InputRequired("Choose one.")])
    many = SelectMultipleField(
        "Many", choices=CHOICES, widget=widgets.ListWidget(prefix_label=False), option_widget=widgets.CheckboxInput()
    )
    agree = BooleanField("I agree")
    hidden = HiddenField("Hidden")


@pytest.fixture
def order(site: Flask) -> Callable[..., Order]:
    def sent(**data: Any) -> Order:
        with site.test_request_context(method="POST", data={"one": "a", **data}):
            form = Order(meta={"csrf": False})
            form.validate()
            return form

    return sent


@pytest.fixture
def drawn(site: Flask) -> Callable[..., str]:
    def draw(source: str, form: Order) -> str:
        with site.test_request_context():
            return render_template_string(source, form=form)

    return draw


def test_text_is_stripped_of_white_space_and_nul(order: Callable[..., Order]) -> None:
    form = order(name="  Ana\x00 \n", note="\t two\nlines ", radio="a")
    assert form.name.data == "Ana"
    assert form.note.data == "two\nlines"
    assert form.errors == {}


def test_only_white_space_is_no_name(order: Callable[..., Order]) -> None:
    assert order(name=" \t ", radio="a").errors == {"name": ["Say who you are."]}


def test_a_refusal_stands_at_the_fields_it_is_about(order: Callable[..., Order]) -> None:
    form = order(name="Ana", radio="a")
    form.show(Invalid("Two things.", {"name": "Taken.", "somewhere": "Elsewhere."}))
    assert list(form.name.errors) == ["Taken."]
    assert form.form_errors == ["Elsewhere."]


def test_a_refusal_without_fields_stands_on_top(order: Callable[..., Order]) -> None:
    form = order(name="Ana", radio="a")
    form.show(Invalid("Not today."))
    assert form.form_errors == ["Not today."]


@pytest.mark.parametrize("name", ["name", "secret", "note", "one", "agree"])
def test_every_control_has_a_label_of_its_own(
    order: Callable[..., Order], drawn: Callable[..., str], name: str
) -> None:
    html = drawn(f"{{{{ ui.field(form.{name}) }}}}", order(name="Ana", radio="a"))
    assert re.findall(r'<label [^>]*for="(\w+)"', html) == [name]
    assert html.count(f'id="{name}"') == 1


@pytest.mark.parametrize("name", ["radio", "many"])
def test_a_choice_among_several_is_a_named_group(
    order: Callable[..., Order], drawn: Callable[..., str], name: str
) -> None:
    html = drawn(f"{{{{ ui.field(form.{name}) }}}}", order(name="Ana", radio="a"))
    assert f"<legend>{name.title()}</legend>" in html
    assert set(re.findall(r'<label [^>]*for="([\w-]+)"', html)) == {f"{name}-0", f"{name}-1"}
    assert "Bread &amp; butter" in html


def test_help_and_error_are_read_with_the_control(order: Callable[..., Order], drawn: Callable[..., str]) -> None:
    html = drawn("{{ ui.field(form.name) }}", order(radio="a"))
    control = re.search(r"<input[^>]*>", html)
    assert control is not None
    assert 'aria-describedby="name-help name-error"' in control[0]
    assert 'aria-invalid="true"' in control[0]
    assert 'id="name-help">As on your badge.' in html
    assert "Say who you are." in html
    assert "Your &lt;name&gt;" in html


def test_the_error_of_a_group_is_read_with_the_group(order: Callable[..., Order], drawn: Callable[..., str]) -> None:
    html = drawn("{{ ui.field(form.radio) }}", order(name="Ana"))
    assert '<fieldset class="field field-choices" id="radio" aria-describedby="radio-error">' in html
    assert html.count("aria-describedby") == 1


def test_a_field_takes_help_and_further_attributes(order: Callable[..., Order], drawn: Callable[..., str]) -> None:
    source = '{{ ui.field(form.secret, help="Twelve or more.", autocomplete="new-password", class="wide") }}'
    html = drawn(source, order(name="Ana", radio="a"))
    assert 'autocomplete="new-password"' in html
    assert 'aria-describedby="secret-help"' in html
    assert re.search(r'class="[^"]*\bform-control\b[^"]*\bwide\b', html)


def test_a_password_is_never_drawn_back(order: Callable[..., Order], drawn: Callable[..., str]) -> None:
    assert "hush" not in drawn("{{ ui.field(form.secret) }}", order(name="Ana", secret="hush", radio="a"))


def test_a_hidden_field_is_drawn_alone(order: Callable[..., Order], drawn: Callable[..., str]) -> None:
    html = drawn("{{ ui.field(form.hidden) }}", order(name="Ana", radio="a", hidden="7"))
    assert re.fullmatch(r'\s*<input id="hidden" name="hidden" type="hidden" value="7">\s*', html)


def test_a_form_in_error_says_so_on_top_with_links_to_its_fields(
    order: Callable[..., Order], drawn: Callable[..., str]
) -> None:
    html = drawn("{{ ui.form_errors(form) }}", order())
    assert 'role="alert"' in html
    assert '<a href="#name">Your &lt;name&gt;</a>: Say who you are.' in html
    assert '<a href="#radio">Radio</a>: Choose one.' in html


def test_a_refusal_of_the_whole_form_is_shown_though_no_field_is_wrong(
    order: Callable[..., Order], drawn: Callable[..., str]
) -> None:
    form = order(name="Ana", radio="a")
    form.show(Invalid("Not <today>."))
    assert "<li>Not &lt;today&gt;.</li>" in drawn("{{ ui.form_errors(form) }}", form)


def test_a_form_without_errors_says_nothing(order: Callable[..., Order], drawn: Callable[..., str]) -> None:
    assert drawn("{{ ui.form_errors(form) }}", order(name="Ana", radio="a")).strip() == ""
