"""The OpenAPI document: the addresses from a file, the schemas from the models that read and answer."""

import functools
import json
from pathlib import Path
from typing import Any

import yaml
from flask import Response, jsonify
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.nps.api.shapes import Batch, Invitations, Kept, Message, ProblemShape, Recorded
from app.nps.api.web import api
from app.nps.queries.sources import base_url

MODELS: tuple[type[BaseModel], ...] = (Batch, Message, Invitations, Recorded, Kept, ProblemShape)


@api.get("/openapi.json")
def openapi() -> Response:
    """Public, so that tools can read it: it holds no secret, and is the same for every installation but its address."""
    response = jsonify(document(base_url()))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@functools.cache
def document(base: str) -> dict[str, Any]:
    """The whole document, with this address as its only server."""
    made: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("openapi.yaml").read_text(encoding="utf-8"))
    made["servers"] = [{"url": base}]
    made["components"]["schemas"] = _schemas()
    return made


def _schemas() -> dict[str, Any]:
    """All models under their titles: a ResponseShape is a Response to the outside."""
    _, found = models_json_schema(
        [(model, "validation") for model in MODELS], ref_template="#/components/schemas/{model}"
    )
    text = json.dumps(found["$defs"])
    for name, schema in found["$defs"].items():
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/{schema["title"]}"')
    return {schema["title"]: schema for schema in json.loads(text).values()}
