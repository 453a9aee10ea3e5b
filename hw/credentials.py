"""Names and passwords of cameras: where they come from, and how they are kept out of everything that is printed."""

from __future__ import annotations

import netrc
import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from sim.errors import InputError

NETRC_VARIABLE = "WATCHFLOOR_NETRC"
"""Environment variable naming a netrc file: ``machine HOST login NAME password WORD``."""
USER_VARIABLE = "WATCHFLOOR_CAMERA_USER"
PASSWORD_VARIABLE = "WATCHFLOOR_CAMERA_PASSWORD"
KEYRING_VARIABLE = "WATCHFLOOR_KEYRING"
"""Environment variable that, set to 1, lets the system's keyring be asked for ``watchfloor HOST``."""

_HIDDEN = "***"
_USER_INFO = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/?#\s]*@")
_SECRET_OPTION = re.compile(
    r"(?P<name>[?&;](?:pass|passwd|password|pwd|user|usr|username|login|loginuse|loginpas|token|auth|key|apikey|api_key"
    r"|secret|sig|signature|access_token|streamid|passphrase)=)[^&#\s;]*", re.IGNORECASE)


def redact(text: object) -> str:
    """Return text in which no address shows a name, a password or a token."""
    hidden = _USER_INFO.sub(rf"\g<scheme>{_HIDDEN}@", str(text))
    return _SECRET_OPTION.sub(rf"\g<name>{_HIDDEN}", hidden)


def add_credentials(url: str, *, environment: Mapping[str, str] | None = None) -> str:
    """Return an address with the name and password that belong to its host; one that has its own keeps it.

    They come from the netrc file that $WATCHFLOOR_NETRC names, else from the system's keyring if $WATCHFLOOR_KEYRING
    is 1, else from $WATCHFLOOR_CAMERA_USER and $WATCHFLOOR_CAMERA_PASSWORD.

    Raises:
        InputError: if the netrc file or the keyring cannot be read; the message never tells their contents.
    """
    environment = os.environ if environment is None else environment
    parts = urlsplit(url)
    if not parts.hostname or "@" in parts.netloc:
        return url
    login = _look_up(parts.hostname, environment)
    if login is None:
        return url
    user, password = (quote(word, safe="") for word in login)
    return parts._replace(netloc=f"{user}:{password}@{parts.netloc}").geturl()


def _look_up(host: str, environment: Mapping[str, str]) -> tuple[str, str] | None:
    file = environment.get(NETRC_VARIABLE)
    if file:
        found = _load_netrc(Path(file)).authenticators(host)
        if found is not None:
            return found[0], found[2] or ""
    if environment.get(KEYRING_VARIABLE) == "1":
        found_there = _ask_keyring(host)
        if found_there is not None:
            return found_there
    user = environment.get(USER_VARIABLE)
    return (user, environment.get(PASSWORD_VARIABLE, "")) if user else None


def _ask_keyring(host: str) -> tuple[str, str] | None:
    where = f"${KEYRING_VARIABLE}"
    try:
        import keyring
    except ImportError:
        raise InputError(where, got="1, and the package keyring is missing", expected="the extra keyring",
                         do="pip install 'watchfloor[keyring]'") from None
    try:
        found = keyring.get_credential(f"watchfloor {host}", None)
    except keyring.errors.KeyringError as error:
        raise InputError(where, got=type(error).__name__, expected="a keyring that is there and unlocked",
                         do="unlock it, or use a netrc file") from None
    return None if found is None else (found.username, found.password)


def _load_netrc(path: Path) -> netrc.netrc:
    where = f"${NETRC_VARIABLE} ({path})"
    try:
        return netrc.netrc(str(path))
    except OSError as error:
        raise InputError(where, got=error.strerror, expected="a readable netrc file", do="check the path") from None
    except netrc.NetrcParseError as error:  # its message may quote a password
        raise InputError(where, got=f"line {error.lineno} is not understood", expected=(
            "machine HOST login NAME password WORD"), do="mend that line") from None
