"""Reads of the home page; they write nothing."""

from app.insights.queries.home import Home, home_of

__all__ = ["Home", "home_of"]
