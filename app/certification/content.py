"""Programmes as files: strict YAML, read and written like courses and quizzes."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.certification import operations, queries
from app.certification.models import Programme, Requirement
from app.core import clock
from app.core.content import ContentError, ContentKind, Reading, Reference, Source, StrictModel, SyncReport
from app.core.db import db

# Beside the content that an installation writes itself, or with the shipped one.
FOLDERS = ("programmes", "app/certification/programmes")
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class ProgrammeFile(StrictModel):
    """One programme. A renewal asks for its quizzes again, so there is at least one."""

    title: str = Field(min_length=1, max_length=200)
    summary: str = Field(min_length=1, max_length=400)
    valid_months: int = Field(ge=1, le=120)
    renewal_days: int = Field(ge=1, le=365)
    courses: list[Slug]
    quizzes: list[Slug] = Field(min_length=1)


Item = tuple[str, ProgrammeFile]


def read(root: Path) -> Reading:
    """All programmes below `root`: items of (slug, file), which refer to courses and quizzes."""
    reading = Reading()
    for path in (path for folder in FOLDERS for path in sorted((root / folder).glob("*.yaml"))):
        source = Source(path, root)
        try:
            file = source.load(ProgrammeFile)
        except ContentError as error:
            reading.problems.extend(error.problems)
            continue
        if path.stem in reading.names.get("programme", ()):
            reading.problems.append(source.problem((), f"there is another programme {path.stem!r}"))
        reading.define("programme", path.stem)
        reading.items.append((path.stem, file))
        for kind, key, slugs in (("course", "courses", file.courses), ("quiz", "quizzes", file.quizzes)):
            for index, slug in enumerate(slugs):
                problem = source.problem((key, index), f"there is no {kind} {slug!r}")
                reading.references.append(Reference(kind, slug, problem))
                if slug in slugs[:index]:
                    reading.problems.append(source.problem((key, index), f"{slug!r} is asked for twice"))
    return reading


def sync(items: list[Item]) -> SyncReport:
    """Write the programmes; those without a file are retired, and every certificate stays."""
    found = db.session.scalars(select(Programme).options(selectinload(Programme.requirements)))
    known = {programme.slug: programme for programme in found}
    titles = {kind: queries.titles_of(kind) for kind in ("course", "quiz")}
    counts = {"added": 0, "changed": 0, "unchanged": 0, "retired": 0}
    for slug, file in items:
        programme = known.pop(slug, None)
        if programme is None:
            db.session.add(_write(Programme(slug=slug, **_facts(file)), file, titles))
            counts["added"] += 1
        elif _says(programme) == (_facts(file), True, _needs(file, titles)):
            counts["unchanged"] += 1
        else:
            _write(programme, file, titles)
            counts["changed"] += 1
    for programme in known.values():
        counts["retired"] += programme.active
        programme.active = False
    db.session.flush()
    if counts["added"] or counts["changed"]:
        operations.recount_all(clock.now())
    return SyncReport(**counts)


def _facts(file: ProgrammeFile) -> dict[str, Any]:
    return {
        "title": file.title,
        "summary": file.summary,
        "valid_months": file.valid_months,
        "renewal_days": file.renewal_days,
    }


def _needs(file: ProgrammeFile, titles: dict[str, dict[str, str]]) -> list[tuple[str, str, str]]:
    asked = [("course", slug) for slug in file.courses] + [("quiz", slug) for slug in file.quizzes]
    return [(kind, slug, titles[kind].get(slug, slug)) for kind, slug in asked]


def _says(programme: Programme) -> tuple[dict[str, Any], bool, list[tuple[str, str, str]]]:
    facts = {name: getattr(programme, name) for name in ("title", "summary", "valid_months", "renewal_days")}
    return facts, programme.active, [(need.kind, need.slug, need.title) for need in programme.requirements]


def _write(programme: Programme, file: ProgrammeFile, titles: dict[str, dict[str, str]]) -> Programme:
    for name, value in _facts(file).items():
        setattr(programme, name, value)
    programme.active = True
    there = {(need.kind, need.slug): need for need in programme.requirements}
    wanted = []
    for position, (kind, slug, title) in enumerate(_needs(file, titles), start=1):
        need = there.get((kind, slug)) or Requirement(kind=kind, slug=slug, title=title, position=position)
        need.title, need.position = title, position
        wanted.append(need)
    programme.requirements[:] = wanted
    return programme


KIND = ContentKind("programmes", read, sync, position=300)
