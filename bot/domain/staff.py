"""Who works at the desk: roles, login names, and what a password must be. Knows no account.

A password has a length and nothing else to prove (NIST SP 800-63B, 5.1.1.2: rules of composition
make people choose worse ones); it may not be the person's own name, nor one letter many times.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do. Nobody is given a role by having another."""

    COUNSELLOR = "counsellor"  # acts on cases
    EDITOR = "editor"  # sees the content before it is live
    ADMIN = "admin"  # looks after staff and machine; sees no case
    AUDITOR = "auditor"  # reads the audit log


class Weakness(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    NAME = "name"
    SAME = "same"


LEAST_PASSWORD = 12
MOST_PASSWORD = 200
LEAST_DIFFERENT = 5
LEAST_BESIDE_NAME = 8
MOST_SHOWN_NAME = 40

_ISOLATES = "\u2066\u2067\u2068\u2069"  # come along when a name is copied from one of our pages
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def login_name(text: str) -> str | None:
    """Return a login name as it is kept, None where `text` cannot be one.

    Lower case letters, digits, dot, dash and underscore: it stands in desk.yaml, in commands and in
    links.
    """
    name = text.strip().strip(_ISOLATES).casefold()
    return name if _LOGIN.fullmatch(name) else None


def shown_name(text: str) -> str | None:
    """Return the name that newcomers see, None where it cannot be one: empty, too long, or with
    signs that would change the text around it.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    plain = all(unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"} for sign in name)
    return name if 0 < len(name) <= MOST_SHOWN_NAME and plain else None


def password(text: str) -> str:
    """Return a password in the form that is kept and compared: keyboards write the same letters in
    different ways (NIST SP 800-63B, 5.1.1.2).
    """
    return unicodedata.normalize("NFKC", text)


def weakness(text: str, *names: str) -> Weakness | None:
    """Return why a password cannot be taken, None if it can. `names`: of its owner."""
    given = password(text)
    if len(given) < LEAST_PASSWORD:
        return Weakness.SHORT
    if len(given) > MOST_PASSWORD:
        return Weakness.LONG
    if len(set(given)) < LEAST_DIFFERENT:
        return Weakness.SAME
    rest = given.casefold()
    for name in names:
        rest = rest.replace(name.casefold(), "") if len(name) > 2 else rest
    return Weakness.NAME if len(rest) < LEAST_BESIDE_NAME else None
