"""What a text means, in order: a command, an answer to the open question, free text.

A command with a slash always is one. Of command words, [emergency] comes before all else; the
others give way to a label that stands on the screen, because that is what she was told to write.
Deterministic, without I/O; the time it takes is bounded whatever the text.
"""

from __future__ import annotations

from datetime import date

from bot.domain.conversation import Answer, Command, FreeText, Press, Prompt
from bot.understanding.answers import agreed, answer, labelled
from bot.understanding.commands import NO, YES, Words, slash_command, vocabulary, word_command


def decide(
    text: str,
    *,
    prompt: Prompt | None,
    language: str | None,
    today: date,
    words: Words,
    least: date | None = None,
    most: date | None = None,
) -> Command | Press | Answer | FreeText:
    """Return what `text` means while `prompt` is open in `language` (None: not chosen yet).

    `words` are the command words of a catalogue. `today` is the date at the site; `least` and
    `most` are the limits of an open question for a date, if any.
    """
    known = vocabulary(words)
    if (command := slash_command(text, known, language)) is not None:
        return command
    command = word_command(text, known, language)
    if command is not None and command.name == "emergency":
        return command
    if prompt is None:
        return command or FreeText()
    if (chosen := labelled(text, prompt)) is not None:
        return chosen
    if command is not None:
        return command
    meaning = known.meaning(text, language)
    if meaning in {YES, NO} and (chosen := agreed(prompt, meaning, known, language)) is not None:
        return chosen
    found = answer(
        text,
        prompt,
        language=language,
        today=today,
        agrees=meaning == YES if meaning in {YES, NO} else None,
        least=least,
        most=most,
    )
    return found or FreeText()
