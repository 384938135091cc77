"""Words that several pages of the team's need: roles, and what `say` in a template means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from bot.content.catalogue import Catalogue
from bot.domain import texts_signin
from bot.domain.staff import Role
from bot.domain.texts import Text
from bot.domain.texts_signin import SIGNIN

INTERFACE = ("de", "en")

ROLES: Mapping[Role, Text] = MappingProxyType(
    {
        Role.COUNSELLOR: texts_signin.ROLE_COUNSELLOR,
        Role.EDITOR: texts_signin.ROLE_EDITOR,
        Role.ADMIN: texts_signin.ROLE_ADMIN,
        Role.AUDITOR: texts_signin.ROLE_AUDITOR,
    }
)

Say = Callable[..., str]


def sayer(catalogue: Catalogue, code: str) -> Say:
    """Return what gives templates their words by name."""

    def say(name: str, /, **values: object) -> str:
        filled = {key: str(value) for key, value in values.items()}
        return catalogue.words(SIGNIN[name], code, **filled)

    return say


def role_words(catalogue: Catalogue, roles: Iterable[str], code: str) -> str:
    """Return roles in their order: `Beratung, Redaktion`."""
    wanted = set(roles)
    return ", ".join(catalogue.words(text, code) for role, text in ROLES.items() if role in wanted)
