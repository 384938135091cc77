"""What is asked on the way to an appointment: languages, days, times; and what is free at all.

Every function asks one thing and takes nothing. Nothing here knows what is free: the world does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.booking import Draft, FreeTime, Wish
from bot.domain.conversation import Press, PromptKind
from bot.domain.outgoing import Block, Choice
from bot.domain.texts import HUMAN, Text
from bot.domain.texts_booking import (
    DAY,
    GONE,
    INTERPRETED,
    LATER,
    NONE_FREE,
    OTHER_DAY,
    OTHER_PLACE,
    TIME,
    WAIT,
)
from bot.engine import booking_words
from bot.engine.turn import Turn

ANY = "*"
DAYS = 4  # days shown at once
TIMES = 8
NEAREST = 3
SOON = timedelta(days=5)  # who must wait longer may ask to be told of an earlier time
TRIES = 2
ASKED = frozenset({PromptKind.BOOKING, PromptKind.BOOKING_CHECK, PromptKind.BOOKING_WORDS})


def ask(
    turn: Turn,
    words: tuple[Block, ...],
    choices: tuple[Choice, ...],
    *,
    kind: PromptKind = PromptKind.BOOKING,
) -> None:
    """Ask with buttons; a human is offered when nothing fitted twice."""
    tries = _tries(turn)
    nav = turn.nav(human=tries >= TRIES)
    offered = tuple(each for each in choices if each.action != "h" or tries < TRIES)
    turn.ask(kind, words, offered + nav, tries=tries)


def ask_words(turn: Turn, name: str, *words: Block | Text) -> None:
    """Ask for words of her own; a `Text` among them is the label of the way around."""
    choices = tuple(
        Choice(action="p:noname", label=turn.words(each))
        for each in words
        if isinstance(each, Text)
    )
    shown = tuple(each for each in words if not isinstance(each, Text))
    turn.ask(
        PromptKind.BOOKING_WORDS,
        shown,
        choices + turn.nav(),
        fingerprint=name,
        tries=_tries(turn),
    )


def _tries(turn: Turn) -> int:
    """Return how often in a row she has written what fits no question on the way."""
    prompt, understood = turn.before.prompt, turn.input.understood
    asked = prompt is not None and prompt.kind in ASKED
    answered = isinstance(understood, Press) or turn.booking != turn.before.booking
    if prompt is None or not asked or answered:
        return 0
    return prompt.tries + 1


def let_go(turn: Turn) -> None:
    """Give back the time that is held for her."""
    draft = turn.booking
    if draft is not None and draft.held is not None:
        turn.world.booking.release(draft.held)
        turn.booking = replace(draft, held=None, until=None)


def places(turn: Turn, draft: Draft) -> tuple[str, ...]:
    """Return the places with free times for her service."""
    return turn.world.booking.places(draft.service or "")


def spoken(turn: Turn, draft: Draft) -> tuple[Choice, ...]:
    """Return the languages of counselling, hers first; those that need an interpreter last."""
    any_language = replace(wish(draft), language=None, interpreter=False)
    direct_ones = sorted(
        turn.world.booking.languages(any_language), key=lambda code: code != turn.language
    )
    known = turn.catalogue.services.get(draft.service or "")
    others: tuple[str, ...] = ()
    if known is not None and known.interpreter:
        others = turn.world.booking.interpreted(any_language)
    direct = tuple(
        Choice(action=f"p:l:{code}", label=booking_words.language_name(turn, code))
        for code in direct_ones
    )
    helped = tuple(
        Choice(
            action=f"p:i:{code}",
            label=booking_words.plain(
                turn.words(INTERPRETED, language=booking_words.language_name(turn, code))
            ),
        )
        for code in sorted(others, key=lambda code: code != turn.language)
        if code not in direct_ones
    )
    return direct + helped


def speaking(draft: Draft, action: str) -> Draft:
    """Return the draft with the language that a button says."""
    _, how, language = action.split(":", 2)
    return replace(draft, language=language, interpreter=how == "i", day=None, earliest=None)


def wish(draft: Draft) -> Wish:
    """Return what she has wished so far."""
    return Wish(
        service=draft.service or "",
        place=None if draft.place in {None, ANY} else draft.place,
        language=draft.language,
        interpreter=draft.interpreter,
    )


def _on(turn: Turn, draft: Draft, day: date, at: time = time()) -> datetime:
    """Return the moment at which a day begins on the spot, or a time of it."""
    place = turn.catalogue.places.get(draft.place or "")
    zone = ZoneInfo((place.zone if place is not None else None) or turn.catalogue.site.zone)
    return datetime.combine(day, at, zone).astimezone(UTC)


def ask_day(turn: Turn, draft: Draft, *notice: Block) -> None:
    """Ask for the day."""
    wanted = wish(draft)
    first = date.fromisoformat(draft.earliest) if draft.earliest is not None else None
    earliest = _on(turn, draft, first) if first is not None else None
    days = turn.world.booking.days(replace(wanted, earliest=earliest), DAYS + 1)
    if not days and earliest is not None:
        days = turn.world.booking.days(wanted, DAYS + 1)
    if not days:
        none_free(turn, draft, *notice)
        return
    choices = [
        Choice(action=f"p:d:{each.day.isoformat()}", label=booking_words.day_label(turn, each.day))
        for each in days[:DAYS]
    ]
    if len(days) > DAYS:
        later = days[DAYS].day.isoformat()
        choices.append(Choice(action=f"p:e:{later}", label=turn.words(LATER)))
    if days[0].first.starts - turn.input.at > SOON and earliest is None:
        choices.append(Choice(action="p:w", label=turn.words(WAIT)))
    if len(places(turn, draft)) > 1:
        choices.append(Choice(action="p:place", label=turn.words(OTHER_PLACE)))
    honest = booking_words.sample(turn, *(each.first for each in days[:DAYS]))
    ask(turn, (*notice, turn.paragraph(DAY), *honest), tuple(choices))


def ask_time(turn: Turn, draft: Draft, day: date, *notice: Block, after: time = time()) -> None:
    """Ask for a time of a day; only for those from `after` on the spot."""
    wanted = replace(
        wish(draft),
        earliest=_on(turn, draft, day, after),
        latest=_on(turn, draft, day + timedelta(days=1)),
    )
    times = turn.world.booking.times(wanted, TIMES + 1)
    if not times:
        turn.booking = replace(draft, day=None)
        ask_day(turn, turn.booking, *notice, turn.paragraph(GONE))
        return
    placed = draft.place == ANY
    choices = [
        Choice(action=f"p:t:{each.slot}", label=booking_words.time_label(turn, each, placed=placed))
        for each in times[:TIMES]
    ]
    if len(times) > TIMES:
        later = times[TIMES].local.strftime("%H%M")
        choices.append(Choice(action=f"p:f:{later}", label=turn.words(LATER)))
    choices.append(Choice(action="p:day", label=turn.words(OTHER_DAY)))
    ask(turn, (*notice, turn.paragraph(TIME)), tuple(choices))


def ask_nearest(
    turn: Turn, words: tuple[Block, ...], times: tuple[FreeTime, ...], *more: Choice
) -> None:
    """Ask for one of a few times that are named with their days."""
    placed = len({each.place for each in times}) > 1
    nearest = nearest_choices(turn, times, "p:t:", placed=placed)
    ask(turn, (*words, *booking_words.sample(turn, *times)), (*nearest, *more))


def nearest_choices(
    turn: Turn, times: tuple[FreeTime, ...], action: str, *, placed: bool
) -> tuple[Choice, ...]:
    """Return buttons with days and times, and with places if wished."""
    return tuple(
        Choice(
            action=f"{action}{each.slot}",
            label=booking_words.dated_label(turn, each.local, each.place if placed else None),
        )
        for each in times
    )


def none_free(turn: Turn, draft: Draft, *notice: Block, more: tuple[Choice, ...] = ()) -> None:
    """Nothing is free: the waitlist, another place, a human."""
    choices = [Choice(action="p:w", label=turn.words(WAIT))]
    if draft.place not in {None, ANY} and len(places(turn, draft)) > 1:
        choices.append(Choice(action="p:place", label=turn.words(OTHER_PLACE)))
    choices.extend(more)
    choices.append(Choice(action="h", label=turn.words(HUMAN), nav=True))
    ask(turn, (*notice, turn.paragraph(NONE_FREE)), tuple(choices))


def services(turn: Turn) -> tuple[Choice, ...]:
    """Return what an appointment can be about."""
    return tuple(
        Choice(action=f"p:s:{service}", label=turn.label(f"services/{service}/name"))
        for service in turn.catalogue.services
    )


def number_in(text: str) -> int:
    """Return the number that a button names, 0 where it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
