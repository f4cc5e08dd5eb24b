"""An upload of 300 MB in slices over loopback, through the whole portal: how soon after the last byte the report is on
the page, what it does to the memory of the web process, and how long a slice of nothing but errors takes."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from benchmarks.figures import Figure
from benchmarks.front import MIB, memory
from tests.portal.processes import command_of, descendants
from tests.services import Portal

SIZE = 300 * MIB
SLICE = 4 * MIB
PATIENCE = 600  # seconds until a report is given up
PASSWORD = "correct horse battery"
TUS = {"Tus-Resumable": "1.0.0"}
JUNK_SLICES = 3


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, _portal(Path(folder)) as (portal, session, team):
        content = _content()
        pid = _web_process(portal)
        before = memory(pid)
        started = time.perf_counter()
        slices, report = _send(session, portal.url, team, content)
        print(f"upload mb_per_second={len(content) / 1e6 / (time.perf_counter() - started - report):.0f}", flush=True)
        print(f"upload slowest_slice_seconds={max(slices):.2f}", flush=True)
        yield Figure("seconds_from_the_last_byte_to_the_report", report, 1, at_most=True)
        growth = memory(pid) - before - 8 * content.count(b"\n") / MIB
        yield Figure("mib_of_memory_without_8_bytes_a_line", growth, 64, at_most=True)
        junk, _ = _send(session, portal.url, team, b"x\n" * (JUNK_SLICES * SLICE // 2), wait=False)
        yield Figure("slowest_slice_of_junk_seconds", max(junk), 2, at_most=True)


@contextmanager
def _portal(folder: Path) -> Iterator[tuple[Portal, requests.Session, str]]:
    """A portal with a team, and a session of its admin."""
    portal = Portal.start(folder)
    try:
        assert portal.url
        said = portal.manage("shell", "-c", SETUP % PASSWORD)
        session = requests.Session()
        session.get(f"{portal.url}/sign-in/", timeout=30)
        form = {"login": "bench", "password": PASSWORD, "csrfmiddlewaretoken": session.cookies["csrftoken"]}
        session.post(f"{portal.url}/sign-in/", form, timeout=30).raise_for_status()
        yield portal, session, f"/t/{said.split('/t/')[1].split('/')[0]}"
    finally:
        portal.end()


SETUP = """
from teams.setup import create_first_admin
_, team = create_first_admin(team_name="Bench", username="bench", password="%s")
print(f"/t/{team.slug}/")
"""


def _content() -> bytes:
    """Conversations of some 500 bytes a line, each another."""
    text = "Where is my parcel? It left on Monday and the map shows nothing. 我的包裹在哪里？" * 2
    lines, size, number = [], 0, 0
    while size < SIZE - SLICE // 64:
        talk = [{"role": "user", "content": f"{number} {text}"}, {"role": "assistant", "content": f"{text} {number}"}]
        lines.append(json.dumps({"messages": talk}, ensure_ascii=False).encode() + b"\n")
        size += len(lines[-1])
        number += 1
    return b"".join(lines)


def _send(
    session: requests.Session, url: str, team: str, content: bytes, *, wait: bool = True
) -> tuple[list[float], float]:
    """The seconds of each slice, and those from the start of the last one until the report was on the page."""
    token = {"X-CSRFToken": session.cookies["csrftoken"], **TUS}
    told = {**token, "Upload-Length": str(len(content)), "Upload-Metadata": "filename YS5qc29ubA=="}
    made = session.post(f"{url}{team}/datasets/uploads/", headers=told, timeout=30)
    made.raise_for_status()
    seconds = []
    for start in range(0, len(content), SLICE):
        told = {**token, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(start)}
        began = time.perf_counter()
        body = content[start : start + SLICE]
        answer = session.patch(url + made.headers["Location"], body, headers=told, timeout=60)
        answer.raise_for_status()
        seconds.append(time.perf_counter() - began)
    while wait and "Ready to train." not in session.get(url + answer.headers["Portal-Location"], timeout=60).text:
        if time.perf_counter() - began > PATIENCE:
            raise TimeoutError("the report did not come")
        time.sleep(0.02)
    return seconds, time.perf_counter() - began


def _web_process(portal: Portal) -> int:
    (pid,) = (pid for pid, _ in descendants(portal.process.pid) if "finetune_portal.web" in command_of(pid))
    return pid
