"""Decisions about coaching: numbers and dates in, decisions out."""
