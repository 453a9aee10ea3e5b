"""How badge and control room prove to each other that they know one key, without sending it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets

KEY_VARIABLE = "WATCHFLOOR_BADGE_KEY"
"""Environment variable with the key that badges and control room share."""


def load_key() -> str:
    """Return the key from the environment; empty where there is none."""
    return os.environ.get(KEY_VARIABLE, "")


def make_nonce() -> str:
    """Return a word that was never used before."""
    return secrets.token_hex(16)


def prove(key: str, who: str, *, station_nonce: str, badge_nonce: str, unit_id: int) -> str:
    """Return the proof that ``who``, badge or station, knows the key, bound to both nonces and the unit."""
    words = "\n".join([who, station_nonce, badge_nonce, str(unit_id)])
    return hmac.new(key.encode(), words.encode(), hashlib.sha256).hexdigest()


def is_proof(proof: str, expected: str) -> bool:
    """Compare two proofs in a time that tells nothing of them."""
    return hmac.compare_digest(proof.encode(), expected.encode())
