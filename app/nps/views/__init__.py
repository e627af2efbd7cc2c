"""Pages: scores, the pivot, what is shared with a team, and how responses come in."""

from app.nps.views import comments, drivers, huddle, imports, pivot, responses, scores, sources, wall

__all__ = ["comments", "drivers", "huddle", "imports", "pivot", "responses", "scores", "sources", "wall"]
