"""When two spellings are one."""

import unicodedata
from collections.abc import Sequence


def fold(text: str) -> str:
    """Text as names of labels and drivers are compared: "Phone  Support" and "phone support" are one."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def customer_key(text: str) -> str:
    """A customer's key as it is kept: an e-mail address in small letters, so that it is one whoever types it."""
    key = text.strip()
    return key.lower() if "@" in key else key


def customer_keys(texts: Sequence[str]) -> list[str | None]:
    """Those of a column; None where there is none."""
    if "@" in "".join(texts):
        texts = [customer_key(text) for text in texts]
    return [text.strip() or None for text in texts]
