"""The web server's application: every route behind one guard. Other rooms export routes of their
own and `app` hands them in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from bot.content.catalogue import Catalogue
from bot.service.ports import WebChat
from bot.service.preview import Preview
from bot.settings import Settings
from bot.web import health
from bot.web.chat import Chat
from bot.web.desk.content import ContentDesk
from bot.web.frame import Frame
from bot.web.pages import Failures, Pages
from bot.web.security import Guard


def build(
    *,
    settings: Settings,
    chat: WebChat,
    catalogue: Callable[[], Catalogue],
    ready: health.Ready,
    routes: Sequence[BaseRoute],
    clock: Callable[[], datetime],
    preview: Preview | None = None,
) -> Starlette:
    """Return the application. `routes` are those of other rooms (the Telegram webhook); without
    `preview` there is no desk.

    Event streams end when the service ends their subscriptions: do that before the server stops, it
    waits for them.
    """
    frame = Frame(catalogue, clock)
    return Starlette(
        routes=[
            *Chat(chat, frame, settings).routes(),
            *Pages(frame).routes(),
            *(ContentDesk(preview, frame, settings).routes() if preview is not None else ()),
            *frame.routes(),
            *health.routes(ready),
            *routes,
        ],
        middleware=[Middleware(Guard, settings=settings)],
        exception_handlers=Failures(frame, settings).handlers(),
    )
