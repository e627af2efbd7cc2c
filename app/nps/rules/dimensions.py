"""The ways to split responses that every installation has; segment fields come on top of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FixedDimension:
    """A dimension with a column of its own in a response. `column` is None for the company as a whole."""

    key: str
    name: str  # of one value, as a heading: "Touchpoint"
    plural: str
    column: str | None


FIXED = {
    dimension.key: dimension
    for dimension in (
        FixedDimension("company", "Company", "Company", None),
        FixedDimension("department", "Department", "Departments", "department_id"),
        FixedDimension("team", "Team", "Teams", "team_id"),
        FixedDimension("touchpoint", "Touchpoint", "Touchpoints", "touchpoint_id"),
        FixedDimension("channel", "Channel", "Channels", "channel_id"),
        FixedDimension("survey", "Survey", "Surveys", "survey_id"),
        FixedDimension("tier", "Value tier", "Value tiers", "tier_id"),
    )
}
COMPANY_KEY = ""  # the key of the only label of dimension "company"
SEGMENT = "segment."  # begins the key of a dimension that is a segment field


def segment_key(field: str) -> str:
    """The dimension of a segment field: "segment.region" for "Region"."""
    return SEGMENT + "-".join(field.casefold().split())[:50]
