"""What must be settled before strangers come: looks at settings and content alone, so that
`lotse up` can warn without asking anybody.
"""

from __future__ import annotations

from bot.app.finding import Finding, doubtful, good
from bot.content.catalogue import Catalogue
from bot.settings import Settings

LEGAL = {
    "imprint": "imprint (§ 5 DDG)",
    "privacy": "privacy notice (Art. 13 GDPR)",
    "accessibility": "accessibility statement (BbgBITV)",
    "funding": "funding line",
}


def address(settings: Settings) -> Finding:
    """Say where people find the chat, and whether it is safe on the way."""
    here = f"{settings.web_host}:{settings.web_port}"
    if not settings.public:
        return good(
            "address",
            f"{here}, from this machine only",
            "for the public: a proxy with a certificate in front, and LOTSE_PUBLIC_URL",
        )
    if settings.secure_cookies:
        return good("address", f"{settings.public_url} (listens on {here})")
    return doubtful(
        "address",
        f"{settings.public_url or here}: strangers can reach the chat without https",
        "put a proxy with a certificate in front and set LOTSE_PUBLIC_URL to its https address",
    )


def office(catalogue: Catalogue) -> Finding:
    """Say whether people are told how to reach the office."""
    if catalogue.site.office.confirmed:
        return good("office", "contact details confirmed")
    return doubtful(
        "office",
        "contact details not confirmed: people are told name and towns only",
        "enter phone, mail or address under `office` in site.yaml, then set confirmed: true",
    )


def legal(settings: Settings, catalogue: Catalogue) -> Finding:
    """Say which legal texts are missing."""
    site = catalogue.site
    missing = [words for name, words in LEGAL.items() if name not in site.legal]
    if site.feedback is None:
        missing.append("feedback address")
    if not missing:
        return good("legal", "imprint, privacy, accessibility, feedback and funding are there")
    message = f"missing in site.yaml: {', '.join(missing)}"
    if settings.public:
        return doubtful("legal", message, "a public address needs them: enter them in site.yaml")
    return good("legal", f"not public yet; {message}", "a public address will need them")


def concerns(settings: Settings, catalogue: Catalogue) -> list[Finding]:
    """Return what is not ready for the public."""
    looked_at = (address(settings), office(catalogue), legal(settings, catalogue))
    return [finding for finding in looked_at if finding.health != "good"]
