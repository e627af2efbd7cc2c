"""Course folders for tests."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from app.core import content
from app.core.db import db, writing
from app.learning import operations
from app.learning.content import read

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 360" width="720" height="360"><title>Bars</title>'
    '<rect width="720" height="360" fill="#fbfaf7"/></svg>'
)


def write_course(root: Path, slug: str, lessons: dict[str, str] | None = None, **values: Any) -> Path:
    """A course folder; `lessons` maps slugs to Markdown."""
    folder = root / "courses" / slug
    folder.mkdir(parents=True, exist_ok=True)
    lessons = {f"{slug}-one": "Text of one.", f"{slug}-two": "Text of two."} if lessons is None else lessons
    for name, text in lessons.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    course = {
        "title": slug.replace("-", " ").title(),
        "summary": f"What {slug} is about.",
        "audience": "everyone",
        "version": 1,
        "position": len(list((root / "courses").iterdir())),
        "prerequisites": [],
        "quizzes": [],
        "lessons": [
            {"slug": name, "title": name.replace("-", " ").title(), "minutes": 5, "kind": "reading"} for name in lessons
        ],
        **values,
    }
    (folder / "course.yaml").write_text(yaml.safe_dump(course, sort_keys=False), encoding="utf-8")
    return folder


def write_figure(folder: Path, name: str = "bars.svg", text: str = SVG) -> None:
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures" / name).write_text(text, encoding="utf-8")


def load(root: Path, now: Any = NOW) -> content.SyncReport:
    """Make the courses under `root` the current ones, committed."""
    reading = read(root)
    assert reading.problems == []
    with writing():
        report = operations.sync_courses(reading.items, now)
        db.session.commit()
    return report
