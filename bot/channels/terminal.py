"""The terminal as a channel: reads the same events as the web page and shows choices as numbered
lines.
"""

from __future__ import annotations

from bot.service.ports import WebChat


class Conversation:
    """One conversation in the terminal, new at each start."""

    def __init__(self, chat: WebChat, *, session: str, language: str | None) -> None:
        self._chat = chat
        self._session = session
        self._language = language
        self._after = 0
        self._number = 0
        self._seen: list[dict[str, object]] = []
        self.words: list[str] = []
        """What she said, in order."""

    async def open(self) -> None:
        """Begin; with a language given, in that language."""
        if self._language is None:
            await self._chat.open(self._session, None)
        else:
            await self._post(choice=f"0~l:{self._language}")

    async def say(self, words: str) -> None:
        """Send words, a number or a label."""
        self.words.append(words)
        await self._post(text=words)

    async def _post(self, *, text: str | None = None, choice: str | None = None) -> None:
        self._number += 1
        await self._chat.post(
            self._session, f"t{self._number}", text=text, choice=choice, language=None
        )

    async def news(self) -> list[dict[str, object]]:
        """Return the events since the last call."""
        found: list[dict[str, object]] = []
        while batch := await self._chat.events(self._session, self._after):
            self._after = batch[-1].seq
            found += [event.data for event in batch]
        self._seen += found
        return found

    @staticmethod
    def shown(event: dict[str, object]) -> str:
        """Return an event as lines of text, its choices numbered unless a number is an answer."""
        name = event.get("name")
        lines = [*([f"{name}:"] if name else []), str(event["text"])]
        file = event.get("file")
        if isinstance(file, dict):
            lines.append(f"  [{file['name']}]")
        choices = event["choices"]
        if isinstance(choices, list) and event.get("free"):
            lines.append("  " + " · ".join(choice["label"] for choice in choices))
        elif isinstance(choices, list):
            lines += [f"  {n}  {choice['label']}" for n, choice in enumerate(choices, start=1)]
        return "\n".join(lines)

    def transcript(self) -> str:
        """Return the whole conversation: her lines begin with `S  `, the program's with `L  `."""
        lines: list[str] = []
        for event in self._seen:
            if event["replaces"] is not None:
                continue
            mark = "S  " if event["from"] == "me" else "L  "
            shown = self.shown(event).splitlines() or [""]
            lines.append(mark + shown[0])
            lines += [f"   {line}".rstrip() for line in shown[1:]]
        return "\n".join(lines) + "\n"
