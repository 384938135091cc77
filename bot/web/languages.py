"""Reads Accept-Language. Knows no site and no translations."""

from __future__ import annotations

_MOST = 16


def preferred(header: str) -> list[str]:
    """Return the tags of an Accept-Language header, the favourite first (RFC 9110, 12.5.4); `*` and
    q=0 are left out.

    A header that is no such list gives what can be read of it: a guess at her language is worth no
    error.
    """
    ranked: list[tuple[float, str]] = []
    for item in header.split(",")[:_MOST]:
        tag, _, parameter = item.partition(";")
        tag = tag.strip()
        weight = _weight(parameter)
        if tag and tag != "*" and weight > 0 and tag.replace("-", "").isalnum() and tag.isascii():
            ranked.append((weight, tag))
    ranked.sort(key=lambda each: -each[0])
    return [tag for _, tag in ranked]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
