"""Nothing of a person and no secret leaves by logs, figures, health, doctor, process list or disk:
canaries are planted wherever words come in, and looked for wherever words go out.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import secrets
from pathlib import Path

import httpx
import psutil
import pytest
import structlog

from bot.app.logs import configure
from bot.service import door
from tests.emulators.telegram import TelegramEmulator
from tests.program import Here, Running, lotse, up

WORD = "Kanarienvogel"  # whoever may see it, none of the places below does
TOKEN = f"4242424242:AA{WORD}Token_0123456789abcdefghi"
HOOK = f"{WORD}-Webhook"


def canaries(key: str, session: str) -> list[bytes]:
    """What is looked for, in the forms in which it could be written down."""
    words = [WORD, WORD.lower(), WORD[::-1], key, key[:20], session]
    return [
        form
        for word in words
        for form in (
            word.encode(),
            word.encode("utf-16-le"),
            base64.b64encode(word.encode())[:-4],
            word.encode().hex().encode(),
        )
    ]


async def plant(running: Running, telegram: TelegramEmulator) -> str:
    """Let canaries in by every door; return the web session."""
    person = telegram.user(WORD, username=WORD, language_code="de")
    person.say("/start")
    await person.wait_for(lambda message: "Deutsch" in message.labels)
    person.press("Deutsch")
    await person.wait_for(lambda message: "Notfall" in message.labels)
    person.say(f"Ich heiße {WORD}")
    await person.wait_for(lambda message: "Menü" in message.labels)
    person.send_photo(caption=WORD)
    telegram.fault(
        "error", "sendMessage", times=2, status=400, description=f'Bad Request: can\'t use "{WORD}"'
    )
    person.say(f"{WORD} noch einmal")
    headers = {
        "User-Agent": WORD,
        "Accept-Language": WORD,
        "X-Forwarded-For": WORD,
        "Referer": f"https://{WORD}.example",
        "Authorization": f"Bearer {WORD}",
        "Last-Event-ID": WORD,
    }
    webhook = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": HOOK}
    update = {"update_id": 1, "message": {"text": WORD, "chat": WORD, "from": {"id": WORD}}}
    async with httpx.AsyncClient(base_url=running.url, headers=headers) as client:
        await client.get("/", params={"name": WORD})
        await client.get(f"/{WORD}")
        for number, body in enumerate(
            (
                {"text": f"Mein Name ist {WORD}"},
                {"choice": f"1~{WORD}"},
                {"choice": WORD},
                {"text": f"/start {WORD}"},
                {"text": "\x00" + WORD, "id": WORD},
            )
        ):
            answer = await client.post("/chat/messages", json={"id": f"{WORD}{number}"} | body)
            assert answer.status_code == 202
        await client.post("/chat/messages", content=f'{{"{WORD}')
        await client.post("/telegram/webhook", json=update, headers=webhook)
        await client.post("/telegram/webhook", content=WORD, headers=webhook)
        callback = {"id": "1", "from": {"id": person.id, "first_name": WORD}, "data": WORD}
        await client.post(
            "/telegram/webhook", json={"update_id": 2, "callback_query": callback}, headers=webhook
        )
        reader, writer = await asyncio.open_connection(*running.url[7:].split(":"))
        writer.write(f"GET {WORD} {WORD}\r\n\r\n".encode())
        await reader.read()
        writer.close()
        return str(client.cookies["lotse"])


async def everything_said(running: Running, folder: Path, **settings: str) -> dict[str, bytes]:
    """What the world can see while it runs."""
    seen = {"announcement": "\n".join(running.lines).encode()}
    async with httpx.AsyncClient(base_url=running.url) as client:
        for path in ("/metrics", "/readyz", "/healthz"):
            seen[path] = (await client.get(path)).content
    form = ["--json"] if settings["LOTSE_LOG"] == "json" else []
    ended = await asyncio.to_thread(lotse, folder, "doctor", *form, **settings)
    assert "telegram" in ended.out
    seen["doctor"] = (ended.out + ended.err).encode()
    seen["process list"] = " ".join(psutil.Process(running.process.pid).cmdline()).encode()
    return seen


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("form", ["text", "json"])
async def test_no_canary_is_seen_anywhere(tmp_path: Path, form: str) -> None:
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    async with TelegramEmulator(token=TOKEN) as telegram:
        settings = {
            "LOTSE_LOG": form,
            "LOTSE_SECRET_KEY": key,
            "LOTSE_TELEGRAM_TOKEN": TOKEN,
            "LOTSE_TELEGRAM_API_URL": telegram.url,
            "LOTSE_TELEGRAM_WEBHOOK_SECRET": HOOK,
        }
        async with up(tmp_path, **settings) as running:
            session = await plant(running, telegram)
            seen = await everything_said(running, tmp_path, **settings)
            data = files(tmp_path / "var")
            code, _ = await running.end()
            assert code == 0
    seen |= {"log": running.logged.encode()}
    seen |= {f"running: {name}": content for name, content in data.items()}
    seen |= {f"stopped: {name}": content for name, content in files(tmp_path / "var").items()}

    assert "running: lotse.db-wal" in seen
    assert seen["log"]
    found = [
        (where, canary)
        for where, content in seen.items()
        for canary in canaries(key, session)
        if canary in content
    ]
    assert found == []
    if form == "json":
        assert all(json.loads(line)["level"] for line in running.logged.splitlines())


async def test_a_turn_that_raises_is_told_by_its_place(
    here: Here, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.app import build
    from bot.settings import Settings
    from tests.program import ROOT

    def broken(*_: object, **__: object) -> None:
        raise LookupError(WORD)

    configure("text")
    settings = Settings(
        _env_file=None,
        content_dir=ROOT / "content",
        locales_dir=ROOT / "locales",
        data_dir=here.folder,
    )
    app = await asyncio.to_thread(build, settings)
    monkeypatch.setattr(door, "take", broken)
    await app.web_chat.post("a" * 43, "1", text=WORD, choice=None, language=None)
    events = await app.web_chat.events("a" * 43, 0)
    await app.database.close()
    said = capsys.readouterr()

    assert "LookupError" in said.err
    assert "turn.quarantined" in said.err
    assert WORD not in said.err + said.out
    assert len(events) == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_libraries_are_heard_without_their_words(
    here: Here, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    configure("json" if form == "json" else "text")
    logging.getLogger("nio.rooms").error("message of %s", WORD)
    try:
        int(WORD)
    except ValueError:
        logging.getLogger("asyncio").exception("never retrieved: %s", WORD)
    logging.getLogger("httpx").info("GET /bot%s", TOKEN)
    structlog.get_logger("ours").info("turn.done", conversation=7)
    said = capsys.readouterr().err

    assert WORD not in said
    assert "nio.rooms" in said
    assert "ValueError" in said
    assert "conversation" in said
    assert len(said.splitlines()) == 3
