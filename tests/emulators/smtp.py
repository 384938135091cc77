"""A mail server for tests: the dialogue of RFC 5321 as far as a client needs it to hand in a mail.
A test says which addresses it refuses; what came in stands in `mails`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """What it answers, and what it got."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    """Answers to RCPT by address, or to all of them under ""."""
    connections: int = 0

    @property
    def url(self) -> str:
        """The setting that leads here."""
        return f"smtp://127.0.0.1:{self.port}?from=chat@lotse.example"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client."""
        self.connections += 1

        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 mail.example ESMTP")
        while line := (await reader.readline()).decode().strip():
            verb, _, rest = line.partition(" ")
            match verb.upper():
                case "EHLO" | "HELO":
                    say("250 mail.example")
                case "MAIL":
                    say("250 ok")
                case "RCPT":
                    address = rest.partition("<")[2].partition(">")[0]
                    code = self.answers.get(address, self.answers.get("", 250))
                    if code == 250:
                        self.recipients.append(address)
                    say(f"{code} {'ok' if code == 250 else 'no'}")
                case "DATA":
                    say("354 go on")
                    raw = await reader.readuntil(b"\r\n.\r\n")
                    mail = message_from_bytes(raw[:-5], policy=policy.default)
                    assert isinstance(mail, EmailMessage)
                    self.mails.append(mail)
                    say("250 taken")
                case "QUIT":
                    say("221 bye")
                    break
                case _:
                    say("250 ok")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def serving() -> AsyncIterator[MailServer]:
    """Serve on a free port of this machine."""
    server = MailServer()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server
