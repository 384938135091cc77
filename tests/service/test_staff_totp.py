"""The second factor against the test values of its RFC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.service import staff_totp

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        # RFC 6238, appendix B, SHA-1; the last six of its eight digits
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert staff_totp.code(SECRET, staff_totp.step_of(at)) == code
    assert staff_totp.matching(SECRET, code, at, after=0) == seconds // 30


@pytest.mark.parametrize(
    ("off", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_off_by_one_step(off: int, fits: bool) -> None:
    at = datetime(2026, 11, 24, 10, 12, tzinfo=UTC)
    code = staff_totp.code(SECRET, staff_totp.step_of(at + timedelta(seconds=off)))
    assert (staff_totp.matching(SECRET, code, at, after=0) is not None) is fits


def test_no_step_counts_twice_and_none_before_it() -> None:
    at = datetime(2026, 11, 24, 10, 12, tzinfo=UTC)
    step = staff_totp.step_of(at)
    for used in (step, step + 1):
        code = staff_totp.code(SECRET, step)
        assert staff_totp.matching(SECRET, code, at, after=used) is None


@pytest.mark.parametrize("text", ["", "12345", "abcdef", "２８７０８２", "\ud800", "0" * 5000])
def test_what_is_no_code_fits_nothing(text: str) -> None:
    at = datetime.fromtimestamp(59, UTC)
    assert staff_totp.matching(SECRET, text, at, after=0) is None


def test_secrets_are_written_and_read() -> None:
    secret = staff_totp.new_secret()
    written = staff_totp.written(secret)
    assert staff_totp.read(f"{written[:4]} {written[4:].lower()}") == secret
    assert staff_totp.opened(staff_totp.kept(secret, 7)) == (secret, 7)
    for text in ("", "A", "AAAA", "!" * 32, "ÄÖÜ"):
        assert staff_totp.read(text) is None


def test_an_app_reads_issuer_and_name() -> None:
    address = staff_totp.address(SECRET, issuer="Lotse Spree-Neiße", name="jana")
    assert address == (
        "otpauth://totp/Lotse%20Spree-Nei%C3%9Fe:jana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=Lotse%20Spree-Nei%C3%9Fe&digits=6&period=30"
    )
