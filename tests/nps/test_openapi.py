"""The OpenAPI document is right, and the API does what it says: schemathesis checks the running application."""

import json
import re
from datetime import UTC, datetime

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, settings, strategies
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from werkzeug.test import EnvironBuilder

from app.nps.api.docs import kind
from app.nps.api.document import document
from app.nps.api.signatures import sign
from app.nps.operations.tokens import webhook_secret
from tests.engines import make_app
from tests.nps.calling import make_source, make_token

OPERATIONS = {
    ("/api/nps/responses", "post"),
    ("/api/nps/invitations", "post"),
    ("/api/nps/webhooks/{source}", "post"),
    ("/api/openapi.json", "get"),
}


@pytest.fixture
def whole(app):
    return document("https://uplift.company.example")


# The document


@pytest.mark.sqlite_only
def test_the_document_is_valid_openapi_3_1(whole):
    assert whole["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(whole).validate()
    for schema in whole["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


@pytest.mark.sqlite_only
def test_every_address_of_the_api_is_in_the_document_with_its_errors(whole, app):
    described = {(path, method) for path, methods in whole["paths"].items() for method in methods}
    assert described == OPERATIONS
    served = {
        (rule.rule.replace("<text:slug>", "{source}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("nps_api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert served == described
    for path, method in described - {("/api/openapi.json", "get")}:
        answers = whole["paths"][path][method]["responses"]
        assert {"200", "400", "401", "413", "415", "422", "429", "500"} <= set(answers)


@pytest.mark.sqlite_only
def test_every_reference_leads_somewhere_and_every_part_is_used(whole):
    text = json.dumps(whole)
    parts = {
        f"#/components/{kind}/{name}"
        for kind, named in whole["components"].items()
        if kind != "securitySchemes"
        for name in named
    }
    used = {part.split('"')[0] for part in text.split('"$ref": "')[1:]}
    assert used == parts


@pytest.mark.sqlite_only
def test_the_examples_are_what_the_schemas_say(whole):
    for path, methods in whole["paths"].items():
        for described in methods.values():
            contents = [described["requestBody"]["content"]] if "requestBody" in described else []
            contents += [answer.get("content", {}) for answer in described["responses"].values()]
            for content in contents:
                for media in content.values():
                    if "example" in media:
                        validate(whole, media, path)
    for answer in whole["components"]["responses"].values():
        for media in answer["content"].values():
            if "example" in media:
                validate(whole, media, "components")


def validate(whole, media, where):
    schema = {**media["schema"], "components": whole["components"]}
    assert list(jsonschema_rs.validator_for(schema).iter_errors(media["example"])) == [], where


@pytest.mark.sqlite_only
def test_every_field_that_is_sent_is_explained(whole):
    for name in ("Batch", "Message", "Response", "Contact", "Invitation"):
        for field, schema in whole["components"]["schemas"][name]["properties"].items():
            assert schema.get("description"), f"{name}.{field}"
            assert kind(schema), f"{name}.{field}"


@pytest.mark.sqlite_only
def test_the_document_is_public_and_names_the_address_of_the_settings(fresh_app):
    app = fresh_app(BASE_URL="https://uplift.company.example/", SECRET_KEY="not in any document")
    answer = app.test_client().get("/api/openapi.json", headers={"Host": "elsewhere.example"})
    assert answer.content_type == "application/json"
    assert answer.json["servers"] == [{"url": "https://uplift.company.example"}]
    assert "not in any document" not in answer.text


# The API keeps it


def served(environ, start_response):
    """The application of the present example."""
    return served.app(environ, start_response)


@pytest.fixture
def scene(engines, templates, tmp_path):
    """An application on SQLite, a token of its only source, and that source's secret."""
    url = engines("sqlite").copy(templates("sqlite", "migrated"), f"openapi_{tmp_path.name}")
    served.app = make_app(tmp_path, url, API_LIMIT="1000000 per minute")
    with served.app.app_context():
        source = make_source()
        token, secret = make_token(source), webhook_secret(source.id, source.secret_epoch)
    return token, secret


# Named here rather than by a fixture: schemathesis then makes a test of each operation, and its own phases run in it.
contract = schemathesis.openapi.from_dict(
    document("http://localhost"), config=SchemathesisConfig.from_dict({"parameters": {"source": "survey-tool"}})
)
contract.app = served


def signed(case, secret):
    """The headers that sign this message, now; a header that was made to be wrong stays wrong."""
    message_id, timestamp = ((case.headers or {}).get(name, "") for name in ("webhook-id", "webhook-timestamp"))
    if not (re.fullmatch("[!-~]{1,200}", message_id) and re.fullmatch("[0-9]{1,12}", timestamp)):
        return {}
    sent = EnvironBuilder(**case.as_transport_kwargs()).get_request().get_data()
    now = datetime.now(UTC)
    stamp = str(int(now.timestamp()))
    return {"webhook-timestamp": stamp, "webhook-signature": sign(secret, message_id, stamp, sent)}


# Any year fits the format. The API takes those of customers who may have answered, and says so in words.
plausible = strategies.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1), timezones=strategies.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
schemathesis.openapi.format("date-time", plausible.map(datetime.isoformat))


# What no schema can say, because it depends on what is known already or on another row of the same body; and one that
# schemathesis does not read (dependentSchemas).
BEYOND_SCHEMAS = (
    "needs customer_key",
    "nobody here has the employee id",
    "is not from 1 to 5",
    "is not from 0 to 10",
    " is rated ",
    "another number",
)


def refused_beyond_the_schema(response):
    reasons = [error["reason"] for error in response.json().get("errors", ())] if response.status_code == 422 else []
    return bool(reasons) and all(any(words in reason for words in BEYOND_SCHEMAS) for reason in reasons)


@contract.parametrize()
@settings(max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_the_api_keeps_its_contract(case, scene):
    token, secret = scene
    is_webhook = case.operation.path.endswith("{source}")
    headers = signed(case, secret) if is_webhook else {"Authorization": f"Bearer {token}"}
    response = case.call(headers=headers)
    left_out = []
    if isinstance(case.body, dict) and case.body.get("mode") == "per_row":
        left_out.append(negative_data_rejection)  # a response that violates the schema is refused in an answer of 200
    if refused_beyond_the_schema(response):
        left_out.append(positive_data_acceptance)
    case.validate_response(response, excluded_checks=left_out, headers=headers)
