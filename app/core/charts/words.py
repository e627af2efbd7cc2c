"""Numbers and labels as a picture says them."""

LABEL_LENGTH = 32  # characters that fit beside a short value on the narrowest phone


def number(value: float) -> str:
    """A number for people: thousands apart, a true minus, at most one decimal, and no ".0"."""
    rounded = round(value, 1)
    text = f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.1f}"
    return "0" if text == "-0" else text.replace("-", "\N{MINUS SIGN}")


def share(value: float, total: float) -> str:
    """A share that never rounds something to nothing: "under 1%", "38%", "over 99%"."""
    if not total:
        return "0%"
    percent = 100 * value / total
    if 0 < percent < 1:
        return "under 1%"
    if 99 < percent < 100:
        return "over 99%"
    return f"{percent:.0f}%"


def shorten(label: str, beside: str = "", room: int = LABEL_LENGTH) -> str:
    """A label that leaves room for the value beside it; the full one is its tooltip and in the table."""
    room = max(room - max(len(beside) - 8, 0), 12)
    return label if len(label) <= room else label[: room - 1].rstrip() + "…"
