"""A job's events in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from jobs.models import JobEvent
from jobs.timeline import event_words, timeline
from teams.models import User
from tests.jobs.test_wording import bare


@pytest.mark.parametrize(
    ("event", "title", "text"),
    [
        ({"to_state": "queued"}, "Queued by lin", ""),
        ({"from_state": "queued", "to_state": "submitting", "why": "submitted"}, "Submitting", ""),
        (
            {"from_state": "submitting", "to_state": "queued", "why": "not_made", "detail": {"reason": "TooFast"}},
            "Not yet",
            "The service asked us to slow down.",
        ),
        (
            {"from_state": "submitting", "to_state": "queued", "why": "absent"},
            "Not yet",
            "The service's list does not show it, so it was not made. It waits in the queue again.",
        ),
        (
            {"from_state": "submitting", "to_state": "queued", "why": "file_forgotten"},
            "Not yet",
            "The service no longer has its file. It is uploaded again.",
        ),
        (
            {"from_state": "submitting", "to_state": "pending", "why": "adopted"},
            "Pending",
            "The answer was lost on the way. Found in the service's list, so not sent again.",
        ),
        (
            {"from_state": "submitting", "to_state": "pending", "why": "made", "detail": {"word": "QUEUING"}},
            "Pending",
            "QUEUING, as the service calls it.",
        ),
        ({"from_state": "pending", "to_state": "running", "detail": {"word": "RUNNING"}}, "Running", ""),
        ({"from_state": "lost", "to_state": "running", "why": "seen"}, "Running", "The service lists it again."),
        ({"from_state": "queued", "to_state": "canceled", "why": "canceled"}, "Canceled by lin", ""),
        (
            {"from_state": "submitting", "to_state": "failed", "why": "refused", "detail": {"text": "Missing"}},
            "Failed",
            'The service refused to make it. The service said: "Missing"',
        ),
        (
            {"from_state": "queued", "to_state": "failed", "why": "file_refused"},
            "Failed",
            "The service refused its file.",
        ),
        ({"kind": "cancel_requested"}, "Cancel asked for by lin", ""),
        ({"kind": "cancel_sent"}, "Cancel sent to the service", ""),
        (
            {"kind": "cancel_refused", "detail": {"text": "no", "request_id": "r-1"}},
            "The service refused the cancel",
            'The job goes on. The service said: "no" Request r-1.',
        ),
        ({"kind": "free_requested"}, "Slot to be freed, asked for by lin", ""),
        ({"kind": "freed"}, "Slot freed", "Deleted at the service; this record stays."),
        (
            {"kind": "freed", "detail": {"elsewhere": True}},
            "Slot freed",
            "It was deleted at the service by someone else.",
        ),
        ({"kind": "free_refused"}, "The service refused to free the slot", "It stays held."),
        (
            {"kind": "duplicate", "detail": {"other": "ft-2"}},
            "Doubled at the service",
            "A second job came of one create call: ft-2. It is canceled.",
        ),
        ({"kind": "moved", "detail": {"was": 4, "now": 1}}, "Moved in the queue by lin", "Now #1, was #4."),
        ({"kind": "held", "detail": {"note": "labels"}}, "Held by lin", 'Why: "labels"'),
        ({"kind": "held"}, "Held by lin", ""),
        ({"kind": "released"}, "Released by lin", ""),
        ({"to_state": "queued", "why": "put_back"}, "Put back in its place by lin", ""),
        ({"to_state": "queued", "why": "rerun"}, "Queued by the portal", "The run before it failed with code 1."),
        (
            {"kind": "run_again", "detail": {"left": 2}},
            "Run again by the portal",
            "As asked for: an internal error may pass. Runs left after this one: 2.",
        ),
        ({"kind": "uploaded", "detail": {"file": "faq v1"}}, "File uploaded to the service", "faq v1"),
    ],
)
def test_each_event_is_told(member: User, event: dict[str, Any], title: str, text: str) -> None:
    said = event_words(JobEvent(**{"kind": "state", "actor": member, **event}))

    assert (bare(said.title), bare(said.text)) == (title, text)


@pytest.mark.parametrize("kind", JobEvent.Kind.values)
def test_no_kind_is_without_words(kind: str) -> None:
    said = event_words(JobEvent(kind=kind, to_state="lost"))

    assert said.title
    assert said.title != kind


@pytest.mark.usefixtures("quarter_past_two")
def test_days_stand_where_they_change() -> None:
    at = [datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in [(25, 9), (24, 23), (24, 1), (20, 5)]]
    entries = timeline(JobEvent(kind="cancel_sent", at=moment) for moment in at)

    assert [entry.day and entry.day.day for entry in entries] == [None, 24, None, 20]
