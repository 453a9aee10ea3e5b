"""A certificate: what a trainee has shown, with its interval, signed with the centre's key (Ed25519)."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from babel.dates import format_date
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from sim.errors import InputError
from watchfloor.console.session import Json
from watchfloor.console.words import load_words
from watchfloor.training.records import Progress

SCHEMA = "watchfloor.certificate/1"
MIN_TARGETS = 30
"""Fewer say too little: six targets leave d′ open by about 1.3 either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A signed statement."""

    statement: dict[str, Any]
    public_key: str
    """Base64 of the raw 32 bytes."""
    signature: str
    """Base64, over the statement's canonical JSON."""


def load_key(path: Path) -> Ed25519PrivateKey:
    """Return a centre's signing key, made at the first time, readable by its owner only.

    Raises:
        InputError: if the file is no such key, or cannot be made.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(Ed25519PrivateKey.generate().private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"key {path}", got=str(error), expected="an Ed25519 key in PEM, or a place for one") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(f"key {path}", got=type(key).__name__, expected="an Ed25519 key")
    return key


def certify(progress: Progress, *, name: str, date: str, key: Ed25519PrivateKey) -> Certificate:
    """Sign what a trainee's sessions show together.

    Args:
        progress: of the trainee.
        name: as it stands on the certificate.
        date: ISO 8601.
        key: of the centre.

    Raises:
        InputError: if there were too few targets to say anything.
    """
    found = progress.detection
    if found.n_targets < MIN_TARGETS:
        raise InputError("certificate", got=f"{found.n_targets} targets", expected=f"at least {MIN_TARGETS}",
                         do="practise more: fewer leave d′ too uncertain")
    statement = {
        "schema": SCHEMA, "name": name, "date": date, "n_sessions": len(progress.sessions),
        "n_targets": found.n_targets, "n_hits": found.n_hits, "n_windows": found.n_windows, "n_false": found.n_false,
        "d_prime": [round(value, 2) for value in (found.d_prime.value, found.d_prime.low, found.d_prime.high)],
        "criterion": [round(value, 2) for value in (found.criterion.value, found.criterion.low, found.criterion.high)],
        "exercises": sorted({row.exercise_digest for row in progress.sessions}),
        "logs": [row.log_digest for row in progress.sessions], "is_exercise": True}
    return Certificate(
        statement=statement, signature=_base64(key.sign(canonical(statement))),
        public_key=_base64(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)))


def canonical(statement: dict[str, Any]) -> bytes:
    """Return the bytes of a statement that are signed: JSON with sorted keys and no spaces, in UTF-8."""
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def check_certificate(document: dict[str, Any], *, where: str) -> str:
    """Return a line on a certificate whose signature holds.

    Args:
        document: the file's JSON.
        where: name of the file, for errors.

    Raises:
        InputError: if it is damaged or its signature does not belong to it.
    """
    try:
        statement = dict(document["certificate"])
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(document["public_key"], validate=True))
        public.verify(base64.b64decode(document["signature"], validate=True), canonical(statement))
        value, low, high = statement["d_prime"]
        line = (f"{statement['name']}: d′ {value:g} ({low:g} to {high:g}) on {statement['n_targets']} targets, "
                f"{statement['date']}; signed by {document['public_key']}")
    except InvalidSignature:
        raise InputError(where, got="a signature of something else", expected="the certificate as it was signed",
                         do="it was altered: ask the centre for the original") from None
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(where, got=repr(error), expected=f"a certificate of schema {SCHEMA}") from error
    return line


def write_certificate(certificate: Certificate, path: Path, *, language: str = "en") -> Path:
    """Write a certificate as JSON and, beside it, as a page to print; return the page's path.

    Args:
        certificate: signed.
        path: of the JSON.
        language: of the page; the signed statement has none.

    Raises:
        UnknownNameError: if there is no such language.
    """
    words = load_words(language)
    document = {"schema": SCHEMA, "certificate": certificate.statement, "public_key": certificate.public_key,
                "signature": certificate.signature}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page, environment = path.with_suffix(".html"), jinja2.Environment(
        loader=jinja2.PackageLoader("watchfloor", "templates"), autoescape=True, trim_blocks=True,
        undefined=jinja2.StrictUndefined)
    page.write_text(environment.get_template("certificate.html").render(
        language=language, words=words["words"], said=certificate.statement, certificate=certificate,
        rows=_rows(certificate.statement, words), file_name=path.name), encoding="utf-8")
    return page


def _rows(said: dict[str, Any], words: Json) -> list[tuple[str, str]]:
    """Return what the page states, each with its label, as the language writes it."""
    told = words["words"]
    value, low, high = (f"{number:g}".replace(".", words["decimal"]).replace("-", "−") for number in said["d_prime"])
    return [
        (told["certificate.targets"], told["certificate.of"].format(n=said["n_hits"], all=said["n_targets"])),
        (told["certificate.false"], told["certificate.of"].format(n=said["n_false"], all=said["n_windows"])),
        (told["certificate.d-prime"], told["certificate.interval"].format(value=value, low=low, high=high)),
        (told["certificate.sessions"], str(said["n_sessions"])),
        (told["certificate.date"], format_date(dt.date.fromisoformat(said["date"]), "long", words["language"])),
    ]


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
