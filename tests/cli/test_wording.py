"""Wrong settings end in a sentence that names the setting and never its value; faults end in a
place.
"""

from __future__ import annotations

import pytest

from bot import cli
from bot.cli.wording import fault
from bot.settings import Settings
from tests.program import Here

CANARY = "Kanarienvogel"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WEB_PORT", CANARY, "must be a whole number"),
        ("WEB_PORT", "70000", "must be at most 65535"),
        ("WEB_PORT", "-1", "must be at least 0"),
        ("PUBLIC_URL", CANARY, "must be an address such as"),
        ("PUBLIC_URL", f"ftp://{CANARY}.example", "must be an address such as"),
        ("PUBLIC_URL", f"https://anna:{CANARY}@lotse.example", "must be an address such as"),
        ("PUBLIC_URL", f"https://lotse.example/{CANARY}", "without a path"),
        ("PUBLIC_URL", f"https://lotse.example?{CANARY}", "must be an address such as"),
        ("PUBLIC_URL", f"https://[{CANARY}", "must be an address such as"),
        ("PUBLIC_URL", f"https://{CANARY}:70000", "must be an address such as"),
        ("TELEGRAM_TOKEN", CANARY, "must be a token as @BotFather gives it"),
        ("TELEGRAM_TOKEN", f"4711:{CANARY} {CANARY}", "must be a token as @BotFather gives it"),
        ("TELEGRAM_API_URL", CANARY, "must be an address such as"),
        ("TELEGRAM_MODE", CANARY, "must be one of: 'polling' or 'webhook'"),
        ("TELEGRAM_WEBHOOK_SECRET", f"{CANARY}!", "must be 1 to 256 characters"),
        ("TELEGRAM_WEBHOOK_SECRET", CANARY * 30, "must be 1 to 256 characters"),
        ("MATRIX_HOMESERVER", CANARY, "must be an address such as"),
        ("MATRIX_USER", CANARY, "must be a whole user id"),
        ("LOG", CANARY, "must be one of: 'text' or 'json'"),
        ("CLOCK_OFFSET", CANARY, "must be an ISO 8601 duration"),
        ("CLOCK_OFFSET", "P1X", "must be an ISO 8601 duration"),
        ("CLOCK_OFFSET", "3600", "must be an ISO 8601 duration"),
        ("DATABASE_URL", CANARY, "is not a database URL"),
        ("DATABASE_URL", f"mysql://anna:{CANARY}@localhost/lotse", "is not supported"),
        ("DATABASE_URL", f"postgresql://anna:{CANARY}@localhost:port/lotse", "is not a database"),
        ("DATABASE_URL", f"sqlite:///lotse.db?{CANARY}=1", "needs a plain file name"),
        ("SECRET_KEY", CANARY, "must be 32 random bytes"),
    ],
)
@pytest.mark.parametrize("command", ["up", "doctor"])
def test_a_wrong_value_is_named_and_not_shown(
    here: Here, command: str, name: str, value: str, words: str
) -> None:
    ended = here(command, **({"LOTSE_WEB_PORT": "0"} | {f"LOTSE_{name}": value}))

    printed = ended.out + ended.err
    assert ended.code == 2 or (command == "doctor" and ended.code == 1)
    assert f"LOTSE_{name}" in printed
    assert words in printed
    assert CANARY not in printed
    assert "fault in the program" not in printed


def test_every_wrong_setting_is_said_at_once(here: Here) -> None:
    ended = here("up", LOTSE_WEB_PORT=CANARY, LOTSE_LOG=CANARY)

    assert ended.code == 2
    assert len(ended.err.splitlines()) == 2


def test_a_file_env_counts_and_the_environment_counts_more(here: Here) -> None:
    (here.folder / ".env").write_text(f"LOTSE_WEB_PORT={CANARY}\nLOTSE_LOG=json\n")

    assert "LOTSE_WEB_PORT" in here("up").err
    assert "LOTSE_LOG" in here("up", LOTSE_LOG=CANARY).err


def test_empty_means_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(f"LOTSE_{name.upper()}", "")
    assert Settings() == Settings(_env_file=None)


@pytest.mark.parametrize(
    "value", ["4711:AAEx-_9", "4242424242:AAEmulatedTokenForTestsOnly_0123456789"]
)
def test_tokens_are_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LOTSE_TELEGRAM_TOKEN", value)
    settings = Settings()
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == value
    assert value not in repr(settings)


def test_a_fault_is_told_by_its_place_alone(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_settings: Settings) -> None:
        raise RuntimeError(f"what {CANARY} wrote")

    monkeypatch.setattr(cli.database, "upgrade_database", broken)

    ended = here("db", "upgrade")

    assert ended.code == 2
    assert "RuntimeError" in ended.err
    assert "test_wording.py" in ended.err
    assert CANARY not in ended.err + ended.out


def test_a_fault_names_every_step() -> None:
    try:
        int(CANARY)
    except ValueError as error:
        said = fault(error)
    assert said.splitlines()[0].startswith("A fault in the program: ValueError")
    assert CANARY not in said
