"""The report's filter in words, and the views that people ask for most."""

from app.certification.queries import Filter
from app.certification.rules import State, Terms


def among(narrowed: Filter, supervisor: str, *, everyone: bool) -> str:
    """Whom the totals count: "all active people in Support who work below Ada Ray"."""
    text = "all active people"
    places = [place for place in (narrowed.department, narrowed.location) if place]
    if places:
        text += " in " + ", ".join(places)
    if narrowed.job_role:
        text += f" with the job role {narrowed.job_role}"
    if supervisor:
        text += f" who work below {supervisor}"
    if not everyone:
        text += " and below you" if supervisor else " who work below you"
    return text


def quick_views(terms: Terms) -> list[tuple[str, dict[str, str]]]:
    """Labels with the arguments of their address."""
    return [
        ("Everyone", {}),
        (f"Expiring within {terms.renewal_days} days", {"state": State.EXPIRING.value}),
        ("Expired", {"state": State.EXPIRED.value}),
        ("In progress", {"state": State.IN_PROGRESS.value}),
        ("Not started", {"state": State.NOT_STARTED.value}),
    ]
