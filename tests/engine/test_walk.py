"""Walking: forks, guards, calling and coming back, content that never stops."""

from __future__ import annotations

import pytest

from bot.domain.conversation import PromptKind
from bot.engine.kinds import DEPTH
from bot.engine.walk import LIMIT
from tests.engine.site import Small, labels, press, shown
from tests.talk import said

INNER = """
- id: inner
  ask: yes_no
  text: |
    Innen?
- id: told
  if: {inner: true}
  say: |
    Innen ja.
"""


def test_a_called_entry_comes_back_and_its_words_stand_with_what_follows(small: Small) -> None:
    small.entry("inner", INNER)
    small.entry(
        "outer",
        """
        - id: visit
          call: inner
        - id: after
          say: |
            Danach.
        """,
    )
    talk = small.talk()
    assert said(talk.write("/start outer")) == "Innen?"
    assert [frame.entry for frame in talk.state.frames] == ["outer", "inner"]
    assert said(talk.press("Ja")) == "Innen ja.\nDanach."
    assert talk.state.frames == ()


def test_goto_does_not_come_back_but_leaves_the_caller_waiting(small: Small) -> None:
    small.entry("third", "- {id: words, say: Drittens.}")
    small.entry("inner", "- {id: away, goto: third}")
    small.entry(
        "outer",
        """
        - {id: visit, call: inner}
        - {id: after, say: Danach.}
        """,
    )
    talk = small.talk()
    assert said(talk.write("/start outer")) == "Drittens.\nDanach."
    assert said(talk.write("/start inner")) == "Drittens."


def test_an_offered_call_comes_back_behind_the_offer(small: Small) -> None:
    small.entry("inner", INNER)
    small.entry(
        "outer",
        """
        - {id: words, say: Zuerst.}
        - {id: choose, offer: [{call: inner}, {goto: inner}]}
        - {id: after, say: Danach.}
        """,
    )
    talk = small.talk()
    talk.write("/start outer")
    first = talk.state.prompt
    assert first is not None
    assert [choice.action for choice in first.choices][:2] == ["c:inner", "e:inner"]
    assert said(press(talk, "c:inner")) == "Innen?"
    assert said(talk.press("Nein")) == "Danach."
    assert said(press(talk, "c:inner", seq=first.seq)) == "Innen?", "from an old answer: for good"
    assert said(talk.press("Ja")) == "Innen ja."


def test_an_offered_call_of_an_old_answer_leaves_the_open_question(small: Small) -> None:
    small.entry("inner", INNER)
    small.entry(
        "outer",
        """
        - {id: words, say: Zuerst.}
        - {id: choose, offer: [{call: inner}]}
        - {id: sure, ask: yes_no, text: Sicher?}
        """,
    )
    talk = small.talk()
    talk.write("/start outer")
    old = talk.state.prompt
    assert old is not None
    press(talk, "c:inner")
    assert said(talk.press("Ja")) == "Innen ja.\nSicher?"
    press(talk, "c:inner", seq=old.seq)
    assert [frame.entry for frame in talk.state.frames] == ["inner"]
    assert said(talk.press("Ja")) == "Innen ja."


def test_back_into_a_called_entry_and_out_of_it(small: Small) -> None:
    small.entry("inner", INNER)
    small.entry(
        "outer",
        """
        - id: first
          ask: yes_no
          text: Zuerst?
        - {id: visit, call: inner}
        - id: last
          ask: yes_no
          text: Zuletzt?
        - {id: after, say: Danach.}
        """,
    )
    talk = small.talk()
    talk.write("/start outer")
    assert said(talk.press("Ja")) == "Innen?"
    assert said(talk.press("Nein")) == "Zuletzt?"
    assert said(talk.press("Zurück")) == "Innen?"
    assert said(talk.press("Ja")) == "Innen ja.\nZuletzt?"
    assert said(talk.press("Ja")) == "Danach."
    assert talk.state.answers == {"outer": {"first": True, "last": True}, "inner": {"inner": True}}


def test_an_entry_opened_again_forgets_its_answers_and_the_way_to_them(small: Small) -> None:
    small.entry(
        "ring",
        """
        - id: first
          ask: yes_no
          text: Zuerst?
        - id: second
          ask: yes_no
          text: Danach?
        - {id: words, say: Fertig.}
        - {id: again, offer: [{goto: ring}]}
        """,
    )
    talk = small.talk()
    talk.write("/start ring")
    talk.press("Ja")
    talk.press("Ja")
    assert said(talk.press("Ring")) == "Zuerst?"
    assert talk.state.answers == {}
    assert said(talk.press("Zurück")).startswith("Womit können wir helfen?")


@pytest.mark.parametrize(("answer", "words"), [("Ja", "Eins.\nEnde."), ("Nein", "Zwei.\nEnde.")])
def test_forks_sets_and_guards(small: Small, answer: str, words: str) -> None:
    small.entry(
        "fork",
        """
        - id: asked
          ask: yes_no
          text: Wie?
        - {id: when, when: {asked: true}, then: one, else: two}
        - {id: one, say: Eins., next: mark}
        - {id: two, say: Zwei.}
        - {id: mark, set: {seen: 1}}
        - {id: when2, when: {seen: 2}, then: never, next: last}
        - {id: never, say: Nie.}
        - {id: last, if: {seen: {at_least: 1}}, say: Ende.}
        - {id: end, end: true}
        """.replace("id: end,", "id: finish,"),
    )
    talk = small.talk()
    talk.write("/start fork")
    assert said(talk.press(answer)) == words


def test_an_entry_that_says_nothing_asks_what_next(small: Small) -> None:
    small.entry("other", "- {id: words, say: Anderes.}")
    small.entry(
        "silent",
        """
        - {id: mark, set: {seen: 1}}
        - {id: hidden, if: {seen: 2}, say: Nie.}
        - {id: choose, offer: [{goto: other}]}
        """,
    )
    talk = small.talk()
    assert said(talk.write("/start silent")).startswith("Womit können wir helfen?")
    assert labels(talk) == ["Other", "Zurück", "Menü"]


def test_an_entry_that_ends_with_a_question_asks_what_next(small: Small) -> None:
    small.entry("asked", "- id: only\n  ask: yes_no\n  text: Wirklich?")
    talk = small.talk()
    talk.write("/start asked")
    assert said(talk.press("Ja")).startswith("Womit können wir helfen?")
    assert labels(talk) == ["Zurück", "Menü"]


def test_a_walk_without_end_is_stopped_and_reported(small: Small) -> None:
    steps = "\n".join(f"- {{id: s{number}, set: {{n: {number}}}}}" for number in range(LIMIT + 1))
    small.entry("long", f"{steps}\n- {{id: words, say: Zu spät.}}")
    talk = small.talk()
    talk.press("Ankommen")
    words = said(talk.press("Long"))
    assert words.startswith("Bei diesem Text stimmt etwas nicht. Wir haben es notiert.")
    assert labels(talk) == ["Mit einem Menschen sprechen", "Zurück", "Menü"]
    assert talk.faults == ("step limit: long",)
    assert talk.state.frames == ()
    assert said(talk.press("Zurück")) == "Ankommen: Was möchten Sie wissen?"


def test_nothing_of_a_walk_that_was_stopped_is_shown(small: Small) -> None:
    steps = "\n".join(f"- {{id: s{number}, set: {{n: {number}}}}}" for number in range(LIMIT))
    small.entry("long", f"- {{id: hall, place: town-hall}}\n{steps}\n- {{id: z, say: Zu spät.}}")
    message = shown(small.talk("en").write("/start long"))[0]
    assert message.pins == ()
    assert "Rathaus" not in said(small.talk().write("/start long"))


def test_entries_that_call_one_another_do_not_pile_up(small: Small) -> None:
    for name, other in (("ping", "pong"), ("pong", "ping")):
        small.entry(
            name,
            f"""
            - {{id: words, say: Da.}}
            - {{id: choose, offer: [{{call: {other}}}]}}
            - {{id: after, say: Danach.}}
            """,
        )
    talk = small.talk()
    talk.write("/start ping")
    for _ in range(40):
        press(talk, "c:pong")
        press(talk, "c:ping")
    assert len(talk.state.frames) == DEPTH
    assert talk.state.prompt is not None
    assert talk.state.prompt.kind is PromptKind.ANSWER
