"""`/_control`: the same acts over HTTP, for tests whose bot lives and dies in other processes.

All bodies are JSON. `remote.py` is the client.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.emulators.telegram.load import Walk
from tests.emulators.telegram.state import Json, Message
from tests.emulators.telegram.user import User, wait_until

if TYPE_CHECKING:
    from tests.emulators.telegram.emulator import TelegramEmulator


def control_routes(emulator: TelegramEmulator) -> list[web.RouteDef]:
    """Routes of the control interface."""
    control = Control(emulator)
    return [
        web.post("/_control/users", _guarded(control.create_user)),
        web.post("/_control/say", _guarded(control.say)),
        web.post("/_control/press", _guarded(control.press)),
        web.post("/_control/block", _guarded(control.block)),
        web.get("/_control/messages", _guarded(control.messages)),
        web.get("/_control/report", _guarded(control.report)),
        web.post("/_control/faults", _guarded(control.add_fault)),
        web.delete("/_control/faults", _guarded(control.clear_faults)),
        web.post("/_control/walk", _guarded(control.walk)),
        web.post("/_control/updates", _guarded(control.inject)),
    ]


class Control:
    """One handler per act."""

    def __init__(self, emulator: TelegramEmulator) -> None:
        self.emulator = emulator

    async def create_user(self, request: web.Request) -> Json:
        return {"id": self.emulator.user(**await _body(request)).id}

    async def say(self, request: web.Request) -> Json:
        body = await _body(request)
        user = self._user(body)
        message = user.say(body["text"])
        return {"message_id": message.message_id, "mark": user.mark}

    async def press(self, request: web.Request) -> Json:
        body = await _body(request)
        user = self._user(body)
        message = user.chat.messages.get(body.get("message_id", 0))
        query = user.press(body.get("label"), data=body.get("data"), message=message)
        return {"query_id": query.id, "mark": user.mark}

    async def block(self, request: web.Request) -> Json:
        body = await _body(request)
        user = self._user(body)
        if body.get("blocked", True):
            user.block()
        else:
            user.unblock()
        return {}

    async def messages(self, request: web.Request) -> Json:
        """What changed in a chat after `after`; with `wait`, once the bot has done something."""
        chat_id = int(request.query["chat"])
        after = int(request.query.get("after", 0))
        wait = float(request.query.get("wait", 0))
        bot = self.emulator.state.bot

        def changed() -> list[Message]:
            chat = self.emulator.state.chats.get(chat_id)
            every = chat.messages.values() if chat else []
            return [message for message in every if message.changed > after]

        if wait:
            with contextlib.suppress(TimeoutError):
                await wait_until(
                    self.emulator, lambda: any(one.sender is bot for one in changed()), wait
                )
        return {
            "changes": self.emulator.state.changes,
            "messages": [self._shown(message) for message in changed()],
        }

    async def report(self, _: web.Request) -> Json:
        emulator = self.emulator
        return {
            "pending": len(emulator.updates.pending),
            "counts": dict(emulator.counts),
            "deliveries": emulator.webhook.deliveries,
            "delivery_failures": emulator.webhook.failures,
            "webhook": emulator.webhook.info(),
            "sends": [
                {"chat": chat, "text": text, "count": count}
                for (chat, text), count in emulator.state.sends.items()
            ],
        }

    async def add_fault(self, request: web.Request) -> Json:
        body = await _body(request)
        self.emulator.faults.duplicate_updates += body.pop("duplicate_updates", 0)
        if body:
            self.emulator.fault(**body)
        return {}

    async def clear_faults(self, _: web.Request) -> Json:
        self.emulator.faults.clear()
        return {}

    async def inject(self, request: web.Request) -> Json:
        return {"update_id": self.emulator.updates.inject(await _body(request))}

    async def walk(self, request: web.Request) -> Json:
        return await Walk(**await _body(request)).run(self.emulator)

    def _user(self, body: Json) -> User:
        return self.emulator.users[int(body["user"])]

    def _shown(self, message: Message) -> Json:
        return {
            "message_id": message.message_id,
            "from_bot": message.sender is self.emulator.state.bot,
            "text": message.text,
            "buttons": message.buttons,
            "labels": message.labels,
            "deleted": message.deleted,
            "changed": message.changed,
            "history": [revision.content.get("text", "") for revision in message.history],
        }


def _guarded(handler: Any) -> Any:
    """Wrong use answers 400 with the reason, not a page about an internal error."""

    async def guarded(request: web.Request) -> web.Response:
        try:
            return _json(await handler(request))
        except (AssertionError, KeyError, TypeError, ValueError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, status=400)

    return guarded


async def _body(request: web.Request) -> Json:
    raw = await request.read()
    body: Json = json.loads(raw) if raw else {}
    return body


def _json(body: Json, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body).encode(), status=status, content_type="application/json"
    )
