"""Decisions about people, passwords, rosters and the reporting tree: values in, values out."""
