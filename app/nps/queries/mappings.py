"""Mappings from columns to fields: those that people saved, and those that come with Uplift."""

from sqlalchemy import select

from app.core.db import db
from app.nps.content import ResponseMapping, ready_mappings
from app.nps.models import Mapping


def find_mapping(name: str) -> ResponseMapping | None:
    """The mapping of this short name; a saved one hides a ready one that is called the same."""
    content = db.session.scalar(select(Mapping.content).where(Mapping.slug == name))
    return ready_mappings().get(name) if content is None else ResponseMapping.model_validate(content)


def names_of_mappings() -> list[str]:
    """Every short name there is."""
    return sorted({*db.session.scalars(select(Mapping.slug)), *ready_mappings()})
