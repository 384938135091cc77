"""Where the secret key comes from, and which keys are refused."""

from __future__ import annotations

import base64
import subprocess
import threading
from pathlib import Path

import pytest

from bot.app.secret import FILE, MAKE, secret_key
from bot.domain.errors import ConfigurationError
from bot.settings import Settings

KEY = bytes(range(32))
TEXT = base64.urlsafe_b64encode(KEY).decode()


def settings(folder: Path, **values: object) -> Settings:
    return Settings(_env_file=None, data_dir=folder / "var", **values)


def refusal(settings: Settings) -> str:
    """Return the sentence; every refusal holds the command that makes a key."""
    with pytest.raises(ConfigurationError) as caught:
        secret_key(settings)
    assert MAKE in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("text", [TEXT, TEXT.rstrip("="), f" {TEXT}\n"])
def test_a_key_is_base64url_with_or_without_padding(tmp_path: Path, text: str) -> None:
    assert secret_key(settings(tmp_path, secret_key=text)) == KEY


def test_a_key_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(TEXT + "\n")
    assert secret_key(settings(tmp_path, secret_key_file=file)) == KEY


@pytest.mark.parametrize(
    "text",
    [
        "short",
        TEXT[:-4],
        TEXT + "AAAA",
        base64.b64encode(b"\xff" * 24 + bytes(8)).decode().replace("_", "/"),
        KEY.hex(),
        "!" * 44,
        "ключ" * 11,
        TEXT[:20] + "\n" + TEXT[20:],
    ],
)
def test_other_words_are_no_key_and_are_not_repeated(tmp_path: Path, text: str) -> None:
    said = refusal(settings(tmp_path, secret_key=text))
    assert said.startswith("LOTSE_SECRET_KEY must be 32 random bytes in base64url")
    assert text not in said

    file = tmp_path / "key"
    file.write_text(text, "utf-8")
    said = refusal(settings(tmp_path, secret_key_file=file))
    assert said.startswith("LOTSE_SECRET_KEY_FILE must be")
    assert text not in said


@pytest.mark.parametrize("key", [bytes(32), b"a" * 32, b"abcd" * 8])
def test_a_key_that_anybody_could_guess_is_refused(tmp_path: Path, key: bytes) -> None:
    text = base64.urlsafe_b64encode(key).decode()
    assert "not random" in refusal(settings(tmp_path, secret_key=text))


def test_two_keys_are_one_too_many(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(TEXT)
    said = refusal(settings(tmp_path, secret_key=TEXT, secret_key_file=file))
    assert "both set" in said
    assert TEXT not in said


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    assert str(missing) in refusal(settings(tmp_path, secret_key_file=missing))
    assert "Is a directory" in refusal(settings(tmp_path, secret_key_file=tmp_path))


def test_on_loopback_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = secret_key(settings(tmp_path))
    path = tmp_path / "var" / FILE

    assert len(set(first)) > 8
    assert path.stat().st_mode & 0o777 == 0o600
    assert secret_key(settings(tmp_path)) == first
    assert [file.name for file in path.parent.iterdir()] == [FILE]


def test_two_processes_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    starts = [
        threading.Thread(target=lambda: found.append(secret_key(settings(tmp_path))))
        for _ in range(8)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    "public",
    [
        {"web_host": "0.0.0.0"},
        {"web_host": "::"},
        {"web_host": "192.0.2.7"},
        {"public_url": "https://lotse.example"},
    ],
)
def test_a_made_key_is_not_good_enough_for_the_public(
    tmp_path: Path, public: dict[str, str]
) -> None:
    secret_key(settings(tmp_path))  # it ran on loopback before

    said = refusal(settings(tmp_path, **public))

    assert "LOTSE_SECRET_KEY or LOTSE_SECRET_KEY_FILE must be set" in said
    assert str(tmp_path / "var" / FILE) in said
    assert secret_key(settings(tmp_path, secret_key=TEXT, **public)) == KEY


def test_a_public_url_that_is_loopback_is_not_public(tmp_path: Path) -> None:
    assert secret_key(settings(tmp_path, public_url="http://localhost:8080"))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    assert refusal(settings(tmp_path)).startswith("LOTSE_DATA_DIR")


def test_the_command_makes_a_key_that_is_taken(tmp_path: Path) -> None:
    made = subprocess.run(MAKE, shell=True, capture_output=True, check=True, timeout=20)
    assert len(secret_key(settings(tmp_path, secret_key=made.stdout.decode()))) == 32
