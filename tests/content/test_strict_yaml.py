"""The strict part of YAML: what values become, what is refused and where."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.content import strict_yaml
from bot.content.problems import Problems
from bot.content.strict_yaml import MAX_BYTES, parse, text_mark


def plain(text: str) -> object:
    problems = Problems()
    node = parse(text.encode(), "f", problems)
    assert node is not None
    assert problems.all() == ()
    return node.plain()


def refused(content: bytes) -> list[tuple[int, int, str]]:
    problems = Problems()
    parse(content, "f", problems)
    return [(item.line, item.column, item.code) for item in problems.all()]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("12", 12),
        ("-3", -3),
        ("012", "012"),
        ("03172", "03172"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("10:30", "10:30"),
        ("1e5", "1e5"),
        (".inf", ".inf"),
        ("73.00", Decimal("73.00")),
        ("2027-11-01", "2027-11-01"),
        ('"12"', "12"),
        ("'true'", "true"),
        ("9" * 19, "9" * 19),
    ],
)
def test_scalars_hold_no_surprise(written: str, value: object) -> None:
    found = plain(f"a: {written}\n")
    assert found == {"a": value}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(value)


def test_keys_are_text() -> None:
    assert plain("no: 1\n1: 2\ntrue: 3\n") == {"no": 1, "1": 2, "true": 3}


def test_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    problems = Problems()
    node = parse(b"\xef\xbb\xbfa: |\r\n  x\r\n  y\r\n", "f", problems)
    assert node is not None
    assert node.plain() == {"a": "x\ny\n"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a: 1\na: 2\n", [(2, 1, "duplicate-key")]),
        (b"a: &x 1\nb: *x\n", [(1, 4, "not-allowed"), (2, 4, "not-allowed")]),
        (b"a: !!python/object:os.system x\n", [(1, 4, "not-allowed")]),
        (b"<<: {a: 1}\n", [(1, 1, "not-allowed")]),
        (b"? [a]\n: b\n", [(1, 3, "not-allowed")]),
        (b"a: 1\n---\nb: 2\n", [(2, 1, "documents")]),
        (b"a:\n\t- b\n", [(2, 1, "tab")]),
        (b"a: 1\nb: x\xe4\n", [(2, 5, "encoding")]),
        ("a: ä\nb: ä".encode("latin-1"), [(1, 4, "encoding")]),
        ("a: 1".encode("utf-16"), [(1, 1, "encoding")]),
        ("a: b\u202ec\n".encode(), [(1, 5, "invisible")]),
        (b"a: b\x00\n", [(1, 5, "invisible")]),
        (b"a: {fact:fee} Euro\n", [(1, 15, "syntax")]),
        (b"a: bring with you: passport\n", [(1, 18, "syntax")]),
        (b"a: 'x\n", [(1, 4, "syntax")]),
        (b"a: [1, 2\nb: 3\n", [(2, 2, "syntax")]),
        (b"[" * 1000, [(1, 31, "too-deep")]),
        (b"- " * 1000, [(1, 61, "too-deep")]),
        (b"#" * (MAX_BYTES + 1), [(1, 1, "too-large")]),
    ],
)
def test_what_is_refused(content: bytes, expected: list[tuple[int, int, str]]) -> None:
    assert refused(content) == expected


def test_several_problems_in_one_file_are_all_found() -> None:
    assert [line for line, _, _ in refused(b"a: &x 1\nb: 1\nb: 2\nc: *x\nd: !t 1\n")] == [
        1,
        3,
        4,
        5,
    ]


def test_aliases_cannot_explode() -> None:
    lines = [b'a0: &a0 ["x","x","x","x","x","x","x","x","x"]']
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]".encode() for n in range(1, 12)]
    problems = Problems()
    node = parse(b"\n".join(lines), "f", problems)
    assert node is not None
    assert problems.errors > 12


def test_every_value_knows_its_place() -> None:
    text = "steps:\n  - id: intro\n    say: |\n      one\n        two {x}\n"
    node = parse(text.encode(), "f", Problems())
    assert node is not None
    say = node.get("steps", 0, "say")
    assert say is not None
    assert (say.mark.line, say.mark.column) == (3, 10)
    assert isinstance(say.value, str)
    mark = text_mark(say, say.value.index("{x}"), text.splitlines())
    assert (mark.line, mark.column) == (5, 13)
    step = node.get("steps", 0)
    assert step is not None
    assert step.key_mark("say").column == 5
    assert node.get("steps", 7) is None
    assert node.get("nothing", "there") is None


def test_the_place_in_a_quoted_text_is_its_start() -> None:
    node = parse(b'a: "one {x}"\n', "f", Problems())
    value = node.get("a") if node else None
    assert value is not None
    assert text_mark(value, 4, ['a: "one {x}"']) == value.mark


@given(st.binary(max_size=400))
@example(b"*x : 1\n")
@example(b"? *x\n")
@example(b"%YAML 9.9\n---\na\n")
@example(b"\xef\xbb\xbf")
def test_no_bytes_can_crash_it(content: bytes) -> None:
    problems = Problems()
    node = parse(content, "f", problems)
    assert node is not None or problems.errors


@given(st.text(alphabet="ab:-?&*!|>{}[],#%@`'\"\n \t<~.0123", max_size=200))
def test_no_punctuation_can_crash_it(text: str) -> None:
    problems = Problems()
    node = parse(text.encode(), "f", problems)
    assert node is not None or problems.errors


def test_the_parser_in_c_is_used_where_it_is_there() -> None:
    assert strict_yaml._LOADER.__name__ == "CBaseLoader"
