"""Mails over SMTP, in plain text. `LOTSE_SMTP_URL` is smtp://user:password@host:587?from=address
(STARTTLS, as RFC 3207 has it) or smtps:// (TLS from the start, port 465, RFC 8314).

Only a mail server on this very machine may be spoken to without TLS.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import structlog

from bot.service.mailing import Notice, Sending
from bot.settings import LOOPBACK

log = structlog.get_logger(__name__)

SECONDS = 20.0
_PERMANENT = range(500, 600)


class SmtpMailer:
    """One mail server and the address that mails come from."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        parts = urlsplit(url)
        self._clock = clock
        self._host = parts.hostname or ""
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 587)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._from = parse_qs(parts.query)["from"][0]

    async def send(self, notice: Notice) -> Sending:
        """Send one mail."""
        near = self._host in LOOPBACK
        try:
            await aiosmtplib.send(
                self._message(notice),
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._tls,
                start_tls=None if near or self._tls else True,
                timeout=SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = [each.code for each in refused.recipients]
            gone = all(code in _PERMANENT for code in codes)
            return Sending.REFUSED if gone else Sending.LATER
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            log.warning("mail.failed", error=type(error).__name__)
            return Sending.LATER
        return Sending.SENT

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._from
        message["To"] = notice.to
        message["Subject"] = notice.subject
        message["Date"] = format_datetime(self._clock())
        message["Message-ID"] = make_msgid(domain=self._from.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834
        message["Content-Language"] = notice.language
        message["List-Unsubscribe"] = f"<{notice.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        message.set_content(notice.text)
        return message
