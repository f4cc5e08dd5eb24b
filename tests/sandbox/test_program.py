"""`python -m sandbox`: its ready line, its end, its state after a kill, what it does not log."""

import signal
import subprocess
import sys
import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from tests.sandbox.helpers import lines
from tests.sandbox.process import ROOT, Program, running

CREATE = {"model": "qwen-turbo", "hyper_parameters": {}}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_that_it_is_ready_and_ends_with_0_while_a_stream_is_open(number: signal.Signals) -> None:
    with running() as program:
        assert program.ready == f"Sandbox is ready: {program.url}\n"
        file_id = program.upload(lines())
        job = program.call("POST", "/api/v1/fine-tunes", CREATE | {"training_file_ids": [file_id]})["output"]
        idle, stream = HTTPConnection(program.address), HTTPConnection(program.address)
        idle.connect()
        stream.request("GET", f"/api/v1/fine-tunes/{job['job_id']}/stream", headers={"Authorization": "Bearer sk-test"})
        answer = stream.getresponse()
        assert program.stop(number) == 0
        assert program.process.stderr is not None
        assert program.process.stderr.read() == ""
        answer.close()
        stream.close()
        idle.close()


def test_killed_without_warning_it_goes_on_where_the_clock_is(tmp_path: Path) -> None:
    state = str(tmp_path / "state.sqlite3")
    with running("--state", state) as program:
        file_id = program.upload(lines())
        body = CREATE | {"training_file_ids": [file_id]}
        job_id = program.call("POST", "/api/v1/fine-tunes", body)["output"]["job_id"]
        program.call("POST", "/sandbox/clock", {"advance": 30})
        before = program.call("GET", f"/api/v1/fine-tunes/{job_id}/logs")["output"]
        program.stop(signal.SIGKILL)
    with running("--state", state) as program:
        after = program.call("GET", f"/api/v1/fine-tunes/{job_id}/logs")["output"]
        assert before["total"] > 5
        assert after["logs"][: before["total"]] == before["logs"]
        assert program.call("POST", "/api/v1/fine-tunes", body)["code"] == "Throttling"
        program.call("POST", "/sandbox/clock", {"advance": 40})
        assert program.call("GET", f"/api/v1/fine-tunes/{job_id}")["output"]["status"] == "SUCCEEDED"
        assert program.call("GET", "/api/v1/files")["data"]["total"] == 1
        (book,) = program.call("GET", "/sandbox/records")["users"].values()
        assert (book["created"], book["most_running"]) == (1, 1)


def test_killed_under_load_it_keeps_every_file_that_it_answered_for(tmp_path: Path) -> None:
    state = str(tmp_path / "state.sqlite3")
    answered: list[str] = []
    enough = threading.Event()

    def client(program: Program) -> None:
        with suppress(OSError, HTTPException, ValueError):  # the kill comes in mid-call
            while True:
                answered.append(program.upload(lines(20)))
                if len(answered) > 60:
                    enough.set()

    with running("--state", state, "--max-files", "100000") as program:
        clients = [threading.Thread(target=client, args=(program,)) for _ in range(6)]
        for one in clients:
            one.start()
        assert enough.wait(30)
        program.stop(signal.SIGKILL)
        for one in clients:
            one.join()
    with running("--state", state) as program:
        kept = {file["file_id"]: file for file in program.call("GET", "/sandbox/records")["files"]}
        assert set(answered) <= kept.keys()
    folder = tmp_path / "state.sqlite3.files"
    assert all((folder / file_id).stat().st_size == kept[file_id]["size"] for file_id in answered)


def test_no_key_is_logged_or_stored(tmp_path: Path) -> None:
    key = "sk-marked-7f3a9c"
    with running("--state", str(tmp_path / "state.sqlite3"), "--log") as program:
        program.upload(lines(), key)
        program.call("GET", "/api/v1/fine-tunes/ft-x?" + key, key=key)  # the oldest SDK does this
        program.call("GET", f"/api/v1/fine-tunes/{key}", key=key)
        program.call("GET", f"/api/v1/{key}", key=key)
        program.call("POST", "/sandbox/keys", {"key": key, "identity": "42"})
        program.stop()
        assert program.process.stderr is not None
        logged = program.process.stderr.read()
    assert logged.count("GET /fine-tunes/{id} 404") == 2
    assert key not in logged
    stored = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(stored) >= 2
    assert all(key.encode() not in path.read_bytes() for path in stored)


def test_a_busy_port_and_wrong_options_end_it_with_2() -> None:
    with running() as program:
        busy = program.address.rpartition(":")[2]
        wrong = [["--second-create", "maybe"], ["--time-scale", "0"]]
        wrong += [["--faults", '{"x": 1}'], ["--faults", "["], ["--next-job", '{"x": 1}']]
        for options in (["--port", busy], *(["--port", "0", *options] for options in wrong)):
            command = [sys.executable, "-m", "sandbox", *options]
            ended = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=20, check=False)
            assert (options, ended.returncode, ended.stdout) == (options, 2, b"")
            assert b"Traceback" not in ended.stderr


def test_sixteen_megabytes_are_not_held_in_memory() -> None:
    with running() as program:
        status = Path(f"/proc/{program.process.pid}/status")
        if not status.exists():
            pytest.skip("memory is read from /proc")

        def peak() -> int:
            return int(status.read_text().split("VmHWM:")[1].split()[0])

        program.upload(lines(10))
        before = peak()
        content = lines(1000) * 440
        assert len(content) > 15 * 1024 * 1024
        uploads = [threading.Thread(target=program.upload, args=(content,)) for _ in range(2)]
        for upload in uploads:
            upload.start()
        for upload in uploads:
            upload.join()
        assert peak() - before < 8 * 1024
