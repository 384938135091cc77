"""The administration: the team, the parts of the program, what failed.

    GET, POST /desk/admin                          everything; POST adds somebody
    POST      /desk/admin/staff/<id>/<action>      invite, link, roles, disable, enable
    POST      /desk/admin/retry                    try again what failed

A link or a code that was just made stands on the answer to its own request and nowhere else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.content import formats
from bot.domain import texts_signin
from bot.domain.staff import Role
from bot.domain.texts import Text
from bot.service.backlog import Kind, Retried
from bot.service.ports import ChannelStatus, Health
from bot.service.staff import DEMO, INVITATION_PATH, Reason, RefusedError
from bot.service.staff_office import Office, Staff
from bot.service.staff_sessions import SignedIn
from bot.web.auth.door import Door
from bot.web.auth.team import Team
from bot.web.auth.words import ROLES, role_words
from bot.web.forms import Fields, fields

PATH = "/desk/admin"

REFUSED: Mapping[Reason, Text] = MappingProxyType(
    {
        Reason.NAME: texts_signin.REFUSED_NAME,
        Reason.SHOWN_NAME: texts_signin.CALLED_WRONG,
        Reason.TAKEN: texts_signin.REFUSED_TAKEN,
        Reason.ROLES: texts_signin.REFUSED_ROLES,
        Reason.GONE: texts_signin.REFUSED_GONE,
        Reason.DISABLED: texts_signin.REFUSED_DISABLED,
        Reason.SELF: texts_signin.REFUSED_SELF,
    }
)
RETRIED: Mapping[Retried, Text] = MappingProxyType(
    {
        Retried.QUEUED: texts_signin.RETRIED_QUEUED,
        Retried.MISSING: texts_signin.RETRIED_MISSING,
        Retried.UNREADABLE: texts_signin.RETRIED_UNREADABLE,
    }
)
HEALTH = {
    Health.GOOD: ("ok", texts_signin.PART_GOOD),
    Health.DEGRADED: ("wait", texts_signin.PART_DEGRADED),
    Health.DOWN: ("alarm", texts_signin.PART_DOWN),
}

Ready = Callable[[], Awaitable[dict[str, ChannelStatus]]]


@dataclass(frozen=True, slots=True)
class Once:
    """Something to copy that is shown this once."""

    sentence: str
    value: str


class AdminPages:
    """The pages."""

    def __init__(self, door: Door, team: Team, office: Office, ready: Ready) -> None:
        self._door = door
        self._team = team
        self._office = office
        self._ready = ready
        self._actions: Mapping[str, Callable[..., Awaitable[Response]]] = {
            "invite": self._invite,
            "enable": self._invite,
            "link": self._link,
            "roles": self._roles,
            "disable": self._disable,
        }

    def routes(self) -> list[Route]:
        """Return the routes."""
        route, post = self._door.access.route, ("POST",)
        acting = f"{PATH}/staff/{{number:int}}/{{action}}"
        return [
            route(PATH, self.page, Role.ADMIN, Role.AUDITOR, methods=("GET",)),
            route(PATH, self.add, Role.ADMIN, methods=post),
            route(acting, self.act, Role.ADMIN, methods=post),
            route(f"{PATH}/retry", self.retry, Role.ADMIN, methods=post),
        ]

    async def page(self, request: Request, signed: SignedIn) -> Response:
        """Show the administration; an auditor has only the log there."""
        if not signed.may(Role.ADMIN):
            return RedirectResponse(f"{PATH}/audit", 303)
        return await self._show(request, signed)

    async def add(self, request: Request, signed: SignedIn) -> Response:
        """Add somebody."""
        given = await fields(request)
        known = {language.code for language in self._door.frame.catalogue().languages}
        try:
            person, code = await self._office.add(
                signed,
                name=given.get("name"),
                shown=given.get("shown"),
                roles=given.all("role"),
                languages=[each for each in given.all("spoken") if each in known],
            )
        except RefusedError as error:
            return await self._show(request, signed, problem=REFUSED[error.reason], given=given)
        return await self._invited(request, signed, person, code)

    async def act(self, request: Request, signed: SignedIn) -> Response:
        """Do something to an account."""
        action = self._actions.get(request.path_params["action"])
        if action is None:
            raise HTTPException(404)
        try:
            return await action(request, signed, request.path_params["number"])
        except RefusedError as error:
            return await self._show(request, signed, problem=REFUSED[error.reason])

    async def retry(self, request: Request, signed: SignedIn) -> Response:
        """Try again what failed."""
        kind, _, number = (await fields(request)).get("item").partition(":")
        if kind not in set(Kind) or not (number.isascii() and number.isdigit()) or len(number) > 18:
            raise HTTPException(400)
        retried = await self._office.retry(signed, Kind(kind), int(number))
        note = self._say(request, signed, RETRIED[retried], name=f"{kind}:{number}")
        return await self._show(request, signed, note=note)

    # -- actions on an account

    async def _invite(self, request: Request, signed: SignedIn, number: int) -> Response:
        again = request.path_params["action"] == "enable"
        code = await (self._office.enable if again else self._office.invite)(signed, number)
        return await self._invited(request, signed, await self._person(number), code)

    async def _link(self, request: Request, signed: SignedIn, number: int) -> Response:
        code = await self._office.link_code(signed, number)
        person = await self._person(number)
        sentence = self._say(request, signed, texts_signin.CODE_ONCE, name=person.name)
        return await self._show(request, signed, once=Once(sentence, f"!link {code}"))

    async def _roles(self, request: Request, signed: SignedIn, number: int) -> Response:
        given = await fields(request)
        person = await self._office.set_roles(signed, number, given.all("role"))
        note = self._say(request, signed, texts_signin.DONE_ROLES, name=person.name)
        return await self._show(request, signed, note=note)

    async def _disable(self, request: Request, signed: SignedIn, number: int) -> Response:
        person = await self._office.disable(signed, number)
        note = self._say(request, signed, texts_signin.DONE_DISABLED, name=person.name)
        return await self._show(request, signed, note=note)

    async def _invited(
        self, request: Request, signed: SignedIn, person: Staff, code: str
    ) -> Response:
        sentence = self._say(request, signed, texts_signin.LINK_ONCE, name=person.name)
        link = f"{self._door.base(request)}{INVITATION_PATH}{code}"
        return await self._show(request, signed, once=Once(sentence, link))

    async def _person(self, number: int) -> Staff:
        found = [person for person in await self._office.everybody() if person.id == number]
        if not found:
            raise RefusedError(Reason.GONE)
        return found[0]

    # -- the page

    async def _show(
        self,
        request: Request,
        signed: SignedIn,
        *,
        problem: Text | None = None,
        note: str = "",
        once: Once | None = None,
        given: Fields | None = None,
    ) -> Response:
        language = self._door.access.language(request, signed)
        catalogue, parts = self._door.frame.catalogue(), await self._ready()
        people = [each for each in await self._office.everybody() if each.name != DEMO]
        return self._team.show(
            request,
            signed,
            "team_admin.html",
            place="admin",
            status=422 if problem is not None else 200,
            problem=self._say(request, signed, problem) if problem is not None else "",
            note=note,
            once=once,
            given=given or Fields(),
            people=[self._row(person, signed, language.code) for person in people],
            roles=[(role, catalogue.words(text, language.code)) for role, text in ROLES.items()],
            spoken=[
                (each.code, formats.language_name(each.code, language.code))
                for each in catalogue.languages
            ],
            parts=[
                (name, HEALTH[it.health][0], self._say(request, signed, HEALTH[it.health][1]), it)
                for name, it in parts.items()
            ],
            failed=[
                (item, self._team.moment(item.at, language.code))
                for item in await self._office.failed()
            ],
        )

    def _row(self, person: Staff, signed: SignedIn, code: str) -> dict[str, object]:
        catalogue = self._door.frame.catalogue()
        if person.disabled_at is not None:
            day = self._team.moment(person.disabled_at, code)
            state = ("later", catalogue.words(texts_signin.STAFF_DISABLED, code, date=day))
        elif person.password_hash is None and person.oidc_subject is None:
            state = ("wait", catalogue.words(texts_signin.STAFF_INVITED, code))
        else:
            state = ("ok", catalogue.words(texts_signin.STAFF_ACTIVE, code))
        return {
            "id": person.id,
            "name": person.name,
            "shown_name": person.shown_name,
            "roles": person.roles,
            "role_words": role_words(catalogue, person.roles, code),
            "state": state,
            "disabled": person.disabled_at is not None,
            "me": person.id == signed.staff_id,
            "url": f"{PATH}/staff/{person.id}",
        }

    def _say(self, request: Request, signed: SignedIn, text: Text, **values: str) -> str:
        language = self._door.access.language(request, signed)
        return self._door.frame.catalogue().words(text, language.code, **values)
