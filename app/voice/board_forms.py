"""The sentence above the board, as it stands in the address."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from app.core.forms import BaseForm, strip
from app.voice.board_phrases import ORDERS
from app.voice.models import STATES
from app.voice.queries.board import ALL, Wanted
from app.voice.rules.triage import STATE_WORDS

ANY, ME = "", "me"
LONGEST_SEARCH = 200
_LARGEST = 2**31 - 1


def _text(value: Any) -> str:
    return strip(str(value)) or "" if value is not None else ""


def _cut(value: str | None) -> str | None:
    return value[:LONGEST_SEARCH] if value else value


class BoardForm(BaseForm):
    """The sentence. What it does not know counts as "any". Read by GET: it changes nothing, so it needs no token."""

    class Meta(BaseForm.Meta):
        csrf = False

    state = SelectField(
        "How far they are",
        coerce=_text,
        choices=[
            SelectChoice(ANY, "all that are open"),
            *(SelectChoice(one, STATE_WORDS[one].lower()) for one in STATES),
            SelectChoice(ALL, "all, whatever became of them"),
        ],
        validate_choice=False,
    )
    of = SelectField("Process", coerce=_text, validate_choice=False)
    silo = SelectField("Who can fix it", coerce=_text, validate_choice=False)
    owner = SelectField(
        "Owner",
        coerce=_text,
        choices=[SelectChoice(ANY, "anyone"), SelectChoice(ME, "me")],
        validate_choice=False,
    )
    q = StringField("Words", filters=[_cut])
    sort = SelectField(
        "Order",
        coerce=_text,
        choices=[SelectChoice(order, words) for order, words in ORDERS.items()],
        validate_choice=False,
    )

    def offer(self, processes: Iterable[Any], silos: Sequence[str]) -> "BoardForm":
        """Fill the lists, and set to "any" whatever is not in them."""
        self.of.choices = [
            SelectChoice(ANY, "any process"),
            *(SelectChoice(str(one.id), one.name) for one in processes),
        ]
        self.silo.choices = [SelectChoice(ANY, "anyone"), *(SelectChoice(one, one) for one in silos)]
        for field in (self.state, self.of, self.silo, self.owner):
            if field.data not in {choice.value for choice in field.choices}:
                field.data = ANY
        self.q.data = self.q.data or ""
        if self.sort.data not in ORDERS:
            self.sort.data = next(iter(ORDERS))
        return self

    def args(self, args: Mapping[str, str]) -> dict[str, str]:
        """Which page of the list the address asks for, in which order."""
        places = {name: args[name] for name in ("after", "before") if name in args}
        return {"sort": self.sort.data, **places}

    @property
    def wanted(self) -> Wanted:
        """What is asked for, once it was offered what there is."""
        return Wanted(
            state=self.state.data,
            process_id=int(self.of.data) if self.of.data else None,
            silo=self.silo.data,
            mine=self.owner.data == ME,
            words=self.q.data,
        )


def process_of(args: Mapping[str, str]) -> int | None:
    """The process that the address names, if it is a number that a key column can hold."""
    text = args.get("of", "").strip()
    return int(text) if text.isascii() and text.isdigit() and int(text[:12]) <= _LARGEST else None
