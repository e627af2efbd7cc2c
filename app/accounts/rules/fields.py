"""What a person's fields may hold."""

import hashlib
import json
import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

REQUIRED = ("employee_id", "email", "given_name", "family_name")
LONGEST = {
    "employee_id": 64,
    "email": 254,
    "given_name": 120,
    "family_name": 120,
    "department": 120,
    "location": 120,
    "job_role": 120,
}
LABELS = {
    "employee_id": "Employee id",
    "email": "E-mail address",
    "given_name": "Given name",
    "family_name": "Family name",
    "department": "Department",
    "location": "Location",
    "job_role": "Job role",
    "hire_date": "Hire date",
    "time_zone": "Time zone",
    "manager": "Supervisor",
    "active": "Active",
}
# Inside a company addresses may end in any domain (mail.local), so only the shape is looked at.
_FORBIDDEN = r"@\s,;:<>()\[\]\"\\\x00-\x1f"
_EMAIL = re.compile(rf"[^{_FORBIDDEN}]+@[^{_FORBIDDEN}.]+(\.[^{_FORBIDDEN}.]+)+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def short(text: str) -> str:
    """A value as a message quotes it: so much of it that one finds it again."""
    return text if len(text) <= 60 else text[:57] + "…"


def is_email(text: str) -> bool:
    """Whether the text has the shape of one e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def problems(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the texts, by field; fields that are not given are not looked at."""
    found: dict[str, str] = {}
    for name, longest in LONGEST.items():
        if name not in values:
            continue
        value = values[name]
        if not value:
            if name in REQUIRED:
                found[name] = f"{LABELS[name]} is empty."
        elif len(value) > longest:
            found[name] = f"{LABELS[name]} is longer than {longest} characters."
        elif _CONTROL.search(value):
            found[name] = f"{LABELS[name]} holds a line break or another character that is not text."
        elif name == "email" and not is_email(value):
            found[name] = f"“{short(value)}” is not an e-mail address."
    return found


def is_time_zone(name: str) -> bool:
    """Whether the name is one that the time zone database knows."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError):  # unknown, or not the shape of a name
        return False
    except ModuleNotFoundError:
        return False
    return True


def fingerprint(values: Mapping[str, object]) -> str:
    """A short mark of these values: the same values give the same mark, others another."""
    text = json.dumps({name: str(value or "") for name, value in values.items()}, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
