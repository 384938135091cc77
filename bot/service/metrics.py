"""Figures for /metrics. Labels name channels and outcomes, never a person or a conversation."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

TURNS = Counter("lotse_turns", "Turns by channel and outcome", ("channel", "outcome"))
TURN_SECONDS = Histogram(
    "lotse_turn_seconds", "From the event to the commit", ("channel",), buckets=_FAST
)
DELIVERIES = Counter(
    "lotse_deliveries", "Deliveries by channel and outcome", ("channel", "outcome")
)
DELIVERY_SECONDS = Histogram(
    "lotse_delivery_seconds",
    "From the commit to the platform's answer",
    ("channel",),
    buckets=_FAST,
)
POSSIBLE_DUPLICATES = Counter(
    "lotse_possible_duplicates", "Sends repeated because their outcome was unknown", ("channel",)
)
QUARANTINED = Counter("lotse_quarantined", "Events that could not be worked on", ("channel",))
FAULTS = Counter("lotse_content_faults", "Turns in which content went wrong")
OUTBOX_DEPTH = Gauge("lotse_outbox_depth", "Messages not yet delivered", ("channel", "status"))
JOBS_DEPTH = Gauge("lotse_jobs_depth", "Jobs by status", ("status",))
TRANSLATIONS = Counter(
    "lotse_translations", "Calls to a translation service by outcome", ("provider", "outcome")
)
CASES_OPEN = Gauge("lotse_cases_open", "Open cases by state and priority", ("status", "priority"))
CASES_OLDEST_WAITING = Gauge(
    "lotse_cases_oldest_waiting_seconds", "Since when somebody has waited in the queue, 0: nobody"
)
FIRST_ANSWER_HOURS = Histogram(
    "lotse_first_answer_hours",
    "Staffed hours from the opening of a case to a human's first answer",
    buckets=(0.25, 0.5, 1, 2, 4, 8, 16, 32, 64),
)
CONTENT = Gauge("lotse_content_info", "The content in use", ("version",))
CONTENT_ENTRIES = Gauge("lotse_content_entries", "Entries in use")


def channel_of(account: str) -> str:
    """Return the platform of an account: what may stand in a label."""
    return account.partition(":")[0]
