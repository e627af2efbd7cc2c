"""Decisions about coaching: numbers and dates in, decisions out."""

from app.coaching.rules.agreement import cohen_kappa, icc
from app.coaching.rules.effects import expected_change

__all__ = ["cohen_kappa", "expected_change", "icc"]
