"""Certificates as a measure of a person, and as a matter to talk about."""

from datetime import timedelta

from app.certification.queries.measures import KEY, Certified, matters
from app.core import clock
from tests.certification.build import START, certify, make_programme
from tests.factories import make_person


def test_without_a_programme_nothing_is_known(app):
    person = make_person()
    assert Certified().known([KEY], [person.id], clock.now().date()) == {}
    assert matters(person.id, clock.now().date()) == []


def test_a_certificate_is_valid_until_its_last_day_and_a_matter_when_it_nears(app):
    terms = make_programme()
    holder, other = make_person(), make_person()
    certify(holder.id)
    source = Certified()
    issued = source.known([KEY], [holder.id, other.id], START.date())
    assert issued[other.id, KEY].value == 0
    assert issued[other.id, KEY].words == "Not certified yet"
    known = issued[holder.id, KEY]
    assert (known.value, known.words) == (100, "Certified")
    last = known.until
    assert source.known([KEY], [holder.id], last)[holder.id, KEY].value == 100
    after = source.known([KEY], [holder.id], last + timedelta(days=1))[holder.id, KEY]
    assert (after.value, after.words) == (0, "Expired")
    with app.test_request_context():
        assert matters(holder.id, last - timedelta(days=terms.renewal_days + 1)) == []
        (matter,) = matters(holder.id, last - timedelta(days=terms.renewal_days))
        assert matter.due == last
        assert matters(other.id, last) == []
