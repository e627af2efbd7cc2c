"""What in a text points at a person: by shape, and by colleagues' names."""

import time

import pytest

from app.voice.queries.ballot import found_in
from app.voice.rules.scrubbing import find, mark, name_words, scrubbed
from tests.factories import make_person

NAMES = name_words(["Anna", "Schmidt", "Will", "Smith", "Anne-Marie", "O’Neill", "May", "Grace", "Jörg Müller", "Bo"])
PLACES = {
    "Write to anna.schmidt@firm.example, or +49 30 1234567.": ["anna.schmidt@firm.example", "+49 30 1234567"],
    "Call 0171 2345678 or (212) 555-0199 or 555-123-4567": ["0171 2345678", "(212) 555-0199", "555-123-4567"],
    "From abroad: 0049 30 12345678; in France 01 23 45 67 89": ["0049 30 12345678", "01 23 45 67 89"],
    "order 01712345678, Order no. 0171 2345678, invoice: 0123456789": [],
    "#0123456789, A-0123456789, 4006381333931, 10 000 000, 0.123456789": [],
    "on 03.12.2024 14:00 and on 2024-03-12 from 192.168.100.200": [],
    "Anna Schmidt’s idea, which Anna had": ["Anna Schmidt", "Anna"],
    "Will this end? I hope so. Will Smith knows; I asked Will.": ["Will Smith", "Will"],
    "Grace is needed. With Grace it works. In May we wait.": ["Grace"],
    "anne-marie and bo are written small": [],
    "Anne-Marie O'Neill, JORG MULLER and Bo": ["Anne-Marie O'Neill", "JORG MULLER", "Bo"],
    "Annabel and Schmidtke are others": [],
}


def test_it_finds_addresses_numbers_and_names_and_leaves_orders_alone():
    for text, expected in PLACES.items():
        assert [one.text for one in find(text, NAMES)] == expected, text
        assert all(text[one.start : one.end] == one.text for one in find(text, NAMES))


def test_what_was_found_is_replaced_where_it_stands():
    text = "Anna (anna@firm.example, +49 30 1234567) told Anna Schmidt."
    found = find(text, NAMES)
    assert scrubbed(text, found) == "[a colleague] ([e-mail address], [phone number]) told [a colleague]."
    assert find(scrubbed(text, found), NAMES) == []
    assert mark(found) != mark(found[1:])


def test_no_text_takes_long():
    began = time.monotonic()
    for text in (
        "a@" * 2000,
        "0" * 4000,
        "0 1 " * 1000,
        "+1 2 3 " * 600,
        "Anna " * 800,
        "a.b" * 1300 + "@",
        "(0" * 2000,
    ):
        find(text, NAMES)
    assert time.monotonic() - began < 2


@pytest.mark.sqlite_only
def test_names_are_those_of_people_here_and_looked_up_at_once(app, count_statements):
    make_person(given_name="Siobhán", family_name="O’Neill", email="zebra@firm.example")
    texts = {"a": "Only Siobhan knows. Zebra does not.", "b": "It was O'Neill and Neill.", "c": "nothing here"}
    with count_statements() as seen:
        found = found_in(texts)
    assert {key: [one.text for one in spans] for key, spans in found.items()} == {"a": ["Siobhan"], "b": ["O'Neill"]}
    assert len([one for one in seen if "person" in one]) == 1
    with count_statements() as seen:
        assert found_in({"a": "small words only"}) == {}
    assert seen == []
