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
from bot.service.bookings import Bookings
from bot.service.cases import Cases
from bot.service.desk.desk import Desk
from bot.service.mailing import Mailing
from bot.service.ports import WebChat
from bot.service.preview import Preview
from bot.service.staff_services import StaffServices
from bot.settings import Settings
from bot.web import health
from bot.web.auth import pages as auth
from bot.web.auth.guard import Access
from bot.web.chat import Chat
from bot.web.desk.calendar import CalendarDesk
from bot.web.desk.cases import CasesDesk
from bot.web.desk.content import ContentDesk
from bot.web.frame import Frame
from bot.web.pages import Failures, Pages
from bot.web.returning import MailPages, Returning
from bot.web.security import Guard


def build(
    *,
    settings: Settings,
    chat: WebChat,
    catalogue: Callable[[], Catalogue],
    ready: health.Ready,
    routes: Sequence[BaseRoute],
    clock: Callable[[], datetime],
    mailing: Mailing | None = None,
    staff: StaffServices | None = None,
    preview: Preview | None = None,
    desk: Desk | None = None,
    cases: Cases | None = None,
    bookings: Bookings | None = None,
) -> Starlette:
    """Return the application. `routes` are those of other rooms (the Telegram webhook); without
    `staff` there is no desk.

    Event streams end when the service ends their subscriptions: do that before the server stops, it
    waits for them.
    """
    frame = Frame(catalogue, clock)
    team: list[BaseRoute] = []
    if staff is not None:
        access = Access(staff.sessions, frame, settings)
        team += auth.routes(staff, access, frame, settings, ready)
        if preview is not None:
            team += ContentDesk(preview, frame, access).routes()
        if desk is not None and cases is not None:
            team += CasesDesk(desk, cases, frame, access).routes()
        if desk is not None and bookings is not None:
            team += CalendarDesk(desk, bookings, frame, access, settings).routes()
    return Starlette(
        routes=[
            *Chat(chat, frame, settings, mailing).routes(),
            *Returning(chat, frame, settings).routes(),
            *(MailPages(mailing, frame, settings).routes() if mailing is not None else ()),
            *Pages(frame).routes(),
            *team,
            *frame.routes(),
            *health.routes(ready),
            *routes,
        ],
        middleware=[Middleware(Guard, settings=settings)],
        exception_handlers=Failures(frame, settings).handlers(),
    )
