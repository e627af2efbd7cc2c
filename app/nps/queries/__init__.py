"""Reads about customers' responses: sums of tallies, and what pages make of them."""
