"""Where steps lead: circles, dead steps, long answers."""

from __future__ import annotations

import pytest

from bot.content.model import BookStep, HandoffStep, OfferBook, OfferHandoff, OfferStep
from tests.content.conftest import Pack

HEAD = "id: {id}\ntitle: |\n  Titel\nreview_by: 2027-11-01\nsteps:\n"


def steps(pack: Pack, entry: str, *lines: str) -> None:
    body = "".join(f"  - {{{line}}}\n" for line in lines)
    pack.write(f"topics/arrival/{entry}.yaml", HEAD.format(id=entry) + body)


def codes(pack: Pack, entry: str) -> list[tuple[int, str]]:
    return [(line, code) for name, line, code in pack.found() if name == f"{entry}.yaml"]


def test_a_circle_without_a_question(pack: Pack) -> None:
    steps(pack, "ring", "id: a, say: x", "id: b, say: y, next: a")
    assert codes(pack, "ring") == [(6, "loop")]


def test_a_circle_with_a_question_is_none(pack: Pack) -> None:
    steps(pack, "ring", "id: a, ask: yes_no, text: x", "id: b, say: y, next: a")
    assert codes(pack, "ring") == []


def test_a_circle_over_two_entries(pack: Pack) -> None:
    steps(pack, "one", "id: a, say: x", "id: b, goto: two")
    steps(pack, "two", "id: a, say: x", "id: b, goto: one")
    assert len(codes(pack, "one") + codes(pack, "two")) == 1


def test_a_call_that_asks_makes_a_circle_harmless(pack: Pack) -> None:
    steps(pack, "asks", "id: a, ask: yes_no, text: x")
    steps(pack, "says", "id: a, say: x")
    steps(pack, "calm", "id: a, say: x", "id: b, call: asks, next: a")
    steps(pack, "wild", "id: a, say: x", "id: b, call: says, next: a")
    assert codes(pack, "calm") == []
    assert codes(pack, "wild") == [(6, "loop")]


def test_an_entry_that_calls_itself(pack: Pack) -> None:
    steps(pack, "self", "id: a, say: x", "id: b, call: self")
    assert [code for _, code in codes(pack, "self")] == ["loop"]


def test_a_guard_can_be_the_way_round_a_question(pack: Pack) -> None:
    steps(
        pack,
        "ring",
        "id: a, set: {n: 1}",
        "id: q, if: {n: 2}, ask: text, text: x",
        "id: b, say: y, next: a",
    )
    assert codes(pack, "ring") == [(6, "loop")]


@pytest.mark.parametrize(
    "lines",
    [
        ("id: a, say: x, next: end", "id: b, say: y"),
        ("id: a, end: true", "id: b, say: y"),
        ("id: a, goto: course", "id: b, say: y"),
        ("id: a, offer: [{goto: course}]", "id: b, say: y"),
    ],
)
def test_steps_that_nothing_leads_to(pack: Pack, lines: tuple[str, ...]) -> None:
    steps(pack, "dead", *lines)
    assert codes(pack, "dead") == [(7, "unreachable")]


def test_after_an_offer_with_a_call_it_goes_on(pack: Pack) -> None:
    steps(pack, "lives", "id: a, offer: [{call: course}]", "id: b, say: y")
    assert codes(pack, "lives") == []


def test_end_ends_and_is_no_name_of_a_step(pack: Pack) -> None:
    steps(
        pack,
        "ends",
        "id: a, ask: yes_no, text: x",
        "id: b, when: {a: true}, then: end",
        "id: c, end: true",
    )
    assert codes(pack, "ends") == []
    steps(pack, "ends", "id: end, say: x")
    assert codes(pack, "ends") == [(6, "reserved")]


def test_a_long_first_sentence(pack: Pack) -> None:
    long = "Wort " * 40
    steps(
        pack,
        "long",
        f"id: a, say: {long}",
        "id: b, ask: text, text: x",
        f"id: c, say: {long}",
        f"id: d, say: {long}",
    )
    assert codes(pack, "long") == [(6, "first-sentence"), (8, "first-sentence")]


def test_a_long_label(pack: Pack) -> None:
    pack.change(
        "topics/arrival/course.yaml", "Deutsch lernen", "Deutsch lernen, aber wirklich gründlich"
    )
    assert codes(pack, "course") == [(3, "label-length")]


def test_a_button_carries_the_ids_of_entry_and_step(pack: Pack) -> None:
    entry, step = "e" * 32, "s" * 20
    steps(pack, entry, f"id: {step}, say: x, more: y")
    assert codes(pack, entry) == [(6, "id-length")]
    steps(pack, entry, f"id: {step[1:]}, say: x, more: y")
    assert codes(pack, entry) == []


@pytest.mark.parametrize("last", ["handoff: arrival", "handoff: course"])
def test_a_hand_off_ends_the_answer(pack: Pack, last: str) -> None:
    steps(pack, "ends", "id: a, say: x", f"id: b, {last}")
    assert codes(pack, "ends") == []
    built = pack.load().entries["ends"].steps[1]
    assert isinstance(built, HandoffStep)
    assert built.topic == last.partition(" ")[2]
    steps(pack, "ends", f"id: a, {last}", "id: b, say: x")
    assert codes(pack, "ends") == [(7, "unreachable")]


def test_a_hand_off_can_be_passed_by_its_guard(pack: Pack) -> None:
    ask = "id: a, ask: yes_no, text: x"
    steps(pack, "guarded", ask, "id: b, if: {a: true}, handoff: arrival", "id: c, say: y")
    assert codes(pack, "guarded") == []
    steps(pack, "guarded", ask, "id: b, if: {a: true}, handoff: arrival", "id: c, say: y, next: b")
    assert codes(pack, "guarded") == [(7, "loop")]


def test_hand_off_and_booking_are_offers_too(pack: Pack) -> None:
    pack.write("services.yaml", "advice: {name: Beratung, length: PT30M}\n")
    steps(pack, "offers", "id: a, say: x", "id: b, offer: [{handoff: arrival}, {book: advice}]")
    step = pack.load().entries["offers"].steps[1]
    assert isinstance(step, OfferStep)
    assert step.offers == (OfferHandoff(topic="arrival"), OfferBook(service="advice"))
    steps(pack, "offers", "id: a, say: x", "id: b, book: advice")
    step = pack.load().entries["offers"].steps[1]
    assert isinstance(step, BookStep)
    assert step.service == "advice"
    steps(pack, "offers", "id: a, say: x", "id: b, offer: [{handoff: arrival, goto: address}]")
    assert codes(pack, "offers") == [(7, "offer")]
