"""Keys that follow from the installation's secret key, and what is locked with them; no key is stored anywhere.

Answers wait sealed until their wave closes. A copy of the database alone, with all its logs, can't be read; whoever
holds the secret key as well could open what has not been closed yet. Afterwards the answers are there unsealed, without
anything that leads to a person.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

SMALLEST = 1024  # bytes of a sealed answer; longer ones are padded to a power of two, so that lengths tell little
_NONCE = 12


class CannotOpen(Exception):
    """What was sealed under another secret key than today's or those named in SECRET_KEY_FALLBACKS."""


def known_secrets() -> Iterator[str]:
    """Today's secret key, then those before it."""
    yield current_app.config["SECRET_KEY"]
    yield from current_app.config.get("SECRET_KEY_FALLBACKS") or ()


def derived(purpose: str, secret: str | None = None) -> bytes:
    """A key of 32 bytes for one purpose (HKDF, RFC 5869)."""
    given = current_app.config["SECRET_KEY"] if secret is None else secret
    return HKDF(SHA256(), 32, salt=None, info=f"uplift voice {purpose}".encode()).derive(given.encode())


def seal(link: str, envelope: Mapping[str, Any]) -> bytes:
    """Lock one person's answers until the wave of that link closes (AES-256-GCM)."""
    text = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    size = max(SMALLEST, 1 << (len(text) - 1).bit_length())
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(derived(f"answers {link}")).encrypt(nonce, text.ljust(size), link.encode())


def unseal(link: str, content: bytes) -> dict[str, Any]:
    """What was sealed for the wave of that link. Raises CannotOpen."""
    for secret in known_secrets():
        try:
            opened = AESGCM(derived(f"answers {link}", secret)).decrypt(
                content[:_NONCE], content[_NONCE:], link.encode()
            )
        except InvalidTag:
            continue
        found: dict[str, Any] = json.loads(opened)
        return found
    raise CannotOpen


def vote_keys(blocker_id: int) -> list[bytes]:
    """The keys by which votes for one blocker are made, today's first. Each blocker has its own."""
    return [derived(f"vote {blocker_id}", secret) for secret in known_secrets()]


def vote_digest(key: bytes, person_id: int) -> bytes:
    """What is kept of a person's vote, by one of the blocker's `vote_keys`."""
    return hmac.new(key, str(person_id).encode(), hashlib.sha256).digest()


def new_code() -> str:
    """A code of 79 random bits that people can write down: "K7MQ-2XWD-9TFA-HV3R"."""
    letters = "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def code_digest(code: str) -> bytes:
    """What is kept of a code, however it was typed."""
    return hashlib.sha256("".join(one for one in code.upper() if one.isalnum()).encode()).digest()
