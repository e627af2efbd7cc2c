"""Where a sign-in may lead."""

from urllib.parse import urlsplit

_LONGEST = 2000


def local_path(address: str | None) -> str | None:
    """The address if it is a path on this site, else None: no scheme, no host, nothing a browser reads as one."""
    if not address or len(address) > _LONGEST or not address.startswith("/") or address.startswith("//"):
        return None
    # Browsers take a backslash for a slash and drop tabs and line breaks.
    if "\\" in address or any(ord(char) <= 0x20 or ord(char) == 0x7F for char in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else address
