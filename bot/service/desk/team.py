"""Who works at the desk, as the pages show them: shown names, languages, who is on duty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.content.model_desk import Desk
from bot.domain.hours import Absence
from bot.domain.staff import Role
from bot.storage import absences, staff
from bot.storage.transaction import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person with an account. `name` is the one she shows, `login` the one she signs in by."""

    id: int
    login: str
    name: str
    roles: frozenset[str]
    languages: tuple[str, ...]
    prefs: Mapping[str, object] = field(repr=False)
    active: bool

    @property
    def counsels(self) -> bool:
        """Whether cases can be given to her."""
        return self.active and Role.COUNSELLOR in self.roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Everybody with an account, also those who have left: their names stand in old cases."""

    members: Mapping[int, Member]
    absences: tuple[Absence, ...]

    @property
    def counsellors(self) -> tuple[Member, ...]:
        """Those to whom cases can be given, by name."""
        found = (member for member in self.members.values() if member.counsels)
        return tuple(sorted(found, key=lambda member: (member.name.casefold(), member.id)))

    @property
    def logins(self) -> tuple[str, ...]:
        """The login names of all counsellors."""
        return tuple(member.login for member in self.counsellors)

    def name(self, staff_id: int | None) -> str | None:
        """Return what somebody is called, None where nobody is known."""
        member = self.members.get(staff_id) if staff_id is not None else None
        return member.name if member is not None else None

    def on_duty(self, desk: Desk, at: datetime) -> frozenset[str]:
        """Return who is on duty, by login name."""
        return frozenset(desk.on_duty(at, self.absences, self.logins))

    def languages(self, desk: Desk, member: Member) -> frozenset[str]:
        """Return what somebody speaks, by her own account and by the desk's file."""
        person = desk.people.get(member.login)
        return frozenset(member.languages) | frozenset(person.languages if person else ())


def read_team(tx: Tx, now: datetime) -> Team:
    """Read everybody and the absences that are not over."""
    members = {
        each.id: Member(
            id=each.id,
            login=each.name,
            name=each.shown_name,
            roles=frozenset(each.roles),
            languages=tuple(each.languages),
            prefs=each.prefs,
            active=each.disabled_at is None,
        )
        for each in staff.all(tx)
    }
    return Team(
        members=members,
        absences=tuple(
            Absence(
                person=members[each.staff_id].login,
                begins=each.begins,
                until=each.until,
                substitute=members[each.substitute].login if each.substitute in members else None,
            )
            for each in absences.all(tx, after=now)
            if each.staff_id in members
        ),
    )
