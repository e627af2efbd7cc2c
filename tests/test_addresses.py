"""Ids in addresses: one that no row can have leads nowhere, on either engine and for whoever asks."""

import re

import pytest

from tests.factories import make_person, sign_in

LARGEST = 2**31 - 1


@pytest.mark.parametrize("number", [LARGEST, LARGEST + 1, 10**30])
def test_no_number_in_an_address_is_an_error(app, number):
    client = sign_in(app.test_client(), make_person(roles=("administrator", "hr")))
    addresses = {
        rule.rule.replace("<int:" + name + ">", str(number)).replace("<slug>", "x")
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods
        for name in rule.arguments
        if f"<int:{name}>" in rule.rule
    }
    assert len(addresses) >= 8
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)


def test_no_text_in_an_address_is_an_error(app):
    """A NUL is a text that PostgreSQL can't even be asked for."""
    client = sign_in(app.test_client(), make_person(roles=("administrator", "champion", "hr")))
    rules = [
        rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and rule.endpoint != "pages.static_file"
    ]
    addresses = {
        re.sub(r"<[^>]+>", "%00", re.sub(r"<int:[^>]+>", "1", rule.rule))
        for rule in rules
        if re.search(r"<(?!int:|path:)", rule.rule)
    }
    assert len(addresses) >= 8
    assert {client.get(address).status_code for address in addresses} <= {302, 401, 404}
