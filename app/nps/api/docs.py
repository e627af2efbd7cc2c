"""GET /api/docs: the same document as a page, for whoever connects a system."""

import json
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.core.permissions import Can, require
from app.nps.api.document import document
from app.nps.api.reading import JSON
from app.nps.queries.sources import base_url, source_called
from app.nps.rules.responses import Outcome
from app.nps.web import nps

RESPONSES, INVITATIONS, WEBHOOK = "/api/nps/responses", "/api/nps/invitations", "/api/nps/webhooks/{source}"

KINDS = {
    "string": "text, up to {maxLength:,} characters",
    "integer": "whole number, {minimum} to {maximum:,}",
    "array": "list of {minItems} to {maxItems:,}",
    "object": "object of up to {maxProperties} names, each with a {each}",
}
SENT = ("Batch", "Response", "Contact", "Invitation")
OUTCOMES = {
    Outcome.ADDED: "It was not known, and is now.",
    Outcome.CORRECTED: "It was known and said something else. What it said before is kept beside it.",
    Outcome.UNCHANGED: "It is known and says the same.",
    Outcome.SUPERSEDED: "It said this before it was corrected. The correction stands, and nothing is changed.",
    Outcome.REFUSED: "It is not recorded, for the reason given. There are such answers in the mode per_row alone.",
}


@nps.get("/api/docs")
def api_docs() -> ResponseReturnValue:
    """For those who make tokens; a program's author without an account reads /api/openapi.json, which is public."""
    require(Can.MANAGE_SOURCES)
    whole = document(base_url())
    return render_template(
        "nps/api_docs.html",
        base=base_url(),
        source=source_called(request.args.get("source", "")),
        responses=_call(whole, RESPONSES),
        invitations=_call(whole, INVITATIONS),
        webhook=_call(whole, WEBHOOK),
        answer=_written(
            _found(whole, whole["paths"][RESPONSES]["post"]["responses"]["200"])["content"][JSON]["example"]
        ),
        outcomes=OUTCOMES,
        fields={name: fields(whole["components"]["schemas"][name]) for name in SENT},
        limit=current_app.config["API_LIMIT"].replace(";", ", "),
        megabytes=current_app.config["MAX_UPLOAD_MB"],
    )


@dataclass(frozen=True)
class Call:
    """One address: what it is for, an example of its body, and what it answers."""

    path: str
    summary: str
    description: str
    example: str
    headers: list[dict[str, Any]]
    answers: list[tuple[str, str]]


def _call(whole: dict[str, Any], path: str) -> Call:
    described = whole["paths"][path]["post"]
    body = described["requestBody"]["content"][JSON]["example"]
    return Call(
        path=path,
        summary=described["summary"],
        description=described["description"],
        example=_written(body),
        headers=[one for one in described["parameters"] if one.get("in") == "header"],
        answers=[(status, _found(whole, one)["description"]) for status, one in described["responses"].items()],
    )


def _written(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _found(whole: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """What a reference names; anything else is itself."""
    if "$ref" not in named:
        return named
    place: dict[str, Any] = whole
    for part in named["$ref"].removeprefix("#/").split("/"):
        place = place[part]
    return place


@dataclass(frozen=True)
class Field:
    """A line of a table of fields."""

    name: str
    needed: bool
    kind: str
    description: str


def fields(schema: dict[str, Any]) -> list[Field]:
    needed = schema.get("required", ())
    return [
        Field(name, name in needed, kind(one), one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]


def kind(schema: dict[str, Any]) -> str:
    """What may stand there, in words: "text, up to 200 characters"."""
    if "anyOf" in schema:
        schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
    if "$ref" in schema:
        return f"object: see {schema['$ref'].rpartition('/')[2]}"
    if "enum" in schema:
        return " or ".join(schema["enum"])
    if "examples" in schema:
        return f"text such as {schema['examples'][0]}"
    each = kind(schema["additionalProperties"]) if schema["type"] == "object" else ""
    return KINDS[schema["type"]].format(**schema, each=each)
