"""Reads about coaching; they write nothing. Scopes are in the statements."""
