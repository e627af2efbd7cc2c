"""Ways to read a file: the one that was chosen for a file, and those that are kept under a name."""

from datetime import datetime
from hashlib import blake2s

from app.core.db import db, insert_for
from app.core.errors import Conflict
from app.nps.content import ResponseMapping, content_of, ready_mappings
from app.nps.models import ImportRun, Mapping
from app.nps.operations.source_names import slug_of
from app.nps.rules.folding import fold


def choose_mapping(run: ImportRun, mapping: ResponseMapping) -> None:
    """Say how a file is to be read. One that failed can be read anew; raises Conflict once it is confirmed."""
    if run.state not in {"mapping", "failed"}:
        raise Conflict("This file is being imported already, or it has been.")
    run.mapping, run.state = content_of(mapping), "mapping"
    run.message, run.finished_at, run.bytes_read, run.counts = "", None, 0, {}
    db.session.flush()


def name_in_address(name: str) -> str:
    """The short name of a mapping that is called so."""
    return slug_of(name, f"mapping-{blake2s(fold(name).encode(), digest_size=4).hexdigest()}")


def save_mapping(mapping: ResponseMapping, person_id: int, now: datetime) -> None:
    """Keep it under its name, in place of one that was called the same. Those that come with Uplift stay."""
    slug = name_in_address(mapping.name)
    if slug in ready_mappings():
        return
    kept = {"name": mapping.name, "content": content_of(mapping), "saved_at": now, "saved_by_id": person_id}
    saved = insert_for(Mapping).values(slug=slug, **kept)
    db.session.execute(saved.on_conflict_do_update(index_elements=["slug"], set_=kept))
