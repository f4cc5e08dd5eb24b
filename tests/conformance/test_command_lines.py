"""The command lines of dashscope 1.14.0 and 2.0.2, unchanged but for their sleeps."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conformance.conftest import sdk, surroundings
from tests.sandbox.helpers import lines
from tests.sandbox.process import Program

pytestmark = pytest.mark.deep

KEY = "sk-conformance"
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(request: pytest.FixtureRequest, program: Program, home: Path) -> Iterator[Command]:
    """Run the command line of the version in `request.param`: the code that it ends with and all that it wrote."""
    program.call("POST", "/sandbox/reset")
    environment = surroundings(
        program, home, PYTHONPATH=str(Path(__file__).parent / "impatient"), COLUMNS="300", NO_COLOR="1", TERM="dumb"
    )
    binary = str(sdk(request.param) / "dashscope")

    def run(*arguments: str) -> tuple[int, str]:
        ended = subprocess.run(
            [binary, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended.returncode, ended.stdout + ended.stderr

    yield run
    program.call("POST", "/sandbox/faults", {})


oldest = pytest.mark.parametrize("command", ["1.14.0"], indirect=True)
newest = pytest.mark.parametrize("command", ["2.0.2"], indirect=True)


@pytest.fixture
def training_file(home: Path) -> str:
    path = home / "train.jsonl"
    path.write_bytes(lines())
    return str(path)


def found(pattern: str, text: str) -> str:
    """The one group of a pattern in what a command wrote."""
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def running_job(program: Program) -> str:
    """A job of the same user that runs on while the commands are tried."""
    file_id = program.upload(lines(), KEY)
    program.call("POST", "/sandbox/next-job", {"silent": True})
    body = {"model": "qwen-turbo", "training_file_ids": [file_id], "hyper_parameters": {}}
    return str(program.call("POST", "/api/v1/fine-tunes", body, KEY)["output"]["job_id"])


@oldest
def test_the_oldest_one_goes_from_file_to_model(command: Command, training_file: str) -> None:
    file_id = found(
        r"Upload success, file id: (\S+)", command("files.upload", "-f", training_file, "-p", "fine_tune")[1]
    )
    assert file_id in command("files.list")[1]
    assert "train.jsonl" in command("files.get", "-i", file_id)[1]
    written = command("fine_tunes.call", "-t", file_id, "-m", "qwen-turbo", "-e", "1", "--hyper_parameters", "a=1")[1]
    job_id = found(r"job_id: (\S+)", written)
    assert "start get output stream" in written
    assert "##FT_COMPLETE##" in written
    assert f"fine-tuned model:qwen-turbo-{job_id}" in written
    assert "Fine-tune task success" in command("fine_tunes.get", "-j", job_id)[1]
    assert f"job: {job_id}, status: SUCCEEDED" in command("fine_tunes.list")[1]
    assert "training usage" in command("fine_tunes.stream", "-j", job_id)[1]
    assert "delete success" in command("fine_tunes.delete", "-j", job_id)[1]
    assert command("files.delete", "-i", file_id)[1] == "Delete success\n"


@oldest
def test_the_oldest_one_leaves_with_0_after_a_refusal(command: Command, program: Program) -> None:
    job_id = running_job(program)
    file_id = program.upload(lines(), KEY)
    code, written = command("fine_tunes.call", "-t", file_id, "-m", "qwen-turbo")
    assert code == 0
    assert "status_code: 429, code: Throttling, message: Too many fine-tune job in running" in written
    assert "code: UnsupportedOperation" in command("fine_tunes.delete", "-j", job_id)[1]
    assert "success" in command("fine_tunes.cancel", "-j", job_id)[1]
    assert "code: InvalidParameter, message: File not found." in command("files.get", "-i", "nowhere")[1]


@oldest
def test_the_oldest_one_deploys(command: Command) -> None:
    written = command("deployments.call", "-m", "qwen-turbo", "-s", "one")[1]
    assert "Deployment: qwen-turbo-one status: RUNNING" in written
    assert "qwen-turbo-one" in command("deployments.list")[1]
    assert "capacity: 1" in command("deployments.get", "-d", "qwen-turbo-one")[1]
    assert "delete success" in command("deployments.delete", "-d", "qwen-turbo-one")[1]


@pytest.mark.parametrize("command", ["1.14.0", "2.0.2"], indirect=True)
@pytest.mark.parametrize(("content", "code"), [(lines() + b"\n", "13"), (lines() + b"{\n", "14"), (lines(9), "15")])
def test_the_purpose_fine_tune_lets_bad_files_through_to_the_service(
    command: Command, program: Program, home: Path, content: bytes, code: str
) -> None:
    path = home / "bad.jsonl"
    path.write_bytes(content)
    file_id = found(r"file id: (\S+)", command("files.upload", "-f", str(path), "-p", "fine-tune")[1])
    written = command("fine_tunes.call", "-t", file_id, "-m", "qwen-turbo")[1]
    job_id = found(r"job_id: (\S+)", written)
    job = program.call("GET", f"/api/v1/fine-tunes/{job_id}", key=KEY)["output"]
    assert (job["status"], job["code"]) == ("FAILED", code)


@newest
def test_the_newest_one_goes_from_file_to_model(command: Command, program: Program, training_file: str) -> None:
    file_id = found(r"file id: (\S+)", command("files", "upload", "-f", training_file, "-d", "the first")[1])
    assert file_id in command("files", "list")[1]
    assert '"description": "the first"' in command("files", "get", file_id)[1]
    code, written = command("fine-tunes", "create", "-t", file_id, "-m", "qwen-turbo", "-e", "1", "-l", "1e-5")
    assert code == 0
    job_id = found(r"job_id: (\S+)", written)
    assert "Invalid response for job" in written  # what it says of every stream, before it asks for one
    program.call("POST", "/sandbox/clock", {"advance": 60})
    code, written = command("fine-tunes", "get", job_id)
    assert code == 0
    assert f"fine-tuned model: qwen-turbo-{job_id}" in written
    assert f"job: {job_id}, status: SUCCEEDED" in command("fine-tunes", "list")[1]
    assert command("fine-tunes", "delete", job_id)[0] == 0
    assert command("files", "delete", file_id)[0] == 0


@newest
def test_the_newest_one_leaves_with_a_code_for_each_kind_of_refusal(command: Command, program: Program) -> None:
    job_id = running_job(program)
    file_id = program.upload(lines(), KEY)
    code, written = command("fine-tunes", "create", "-t", file_id, "-m", "qwen-turbo")
    assert (code, "code: Throttling" in written) == (1, True)
    assert command("fine-tunes", "delete", job_id)[0] == 3
    assert command("files", "get", "nowhere")[0] == 3
    assert command("fine-tunes", "cancel", job_id)[0] == 0
    program.call("POST", "/sandbox/faults", {"throttle": 1, "only": "GET /fine-tunes"})
    assert command("fine-tunes", "list")[0] == 4
    program.call("POST", "/sandbox/faults", {"error_500": 1, "only": "GET /fine-tunes"})
    assert command("fine-tunes", "list")[0] == 1


@newest
def test_the_newest_one_knows_a_good_key_from_a_bad_one(command: Command, program: Program) -> None:
    code, written = command("auth", "whoami")
    assert (code, "Authenticated" in written) == (0, True)
    program.call("POST", "/sandbox/keys", {"key": KEY, "error": "InvalidApiKey"})
    code, written = command("auth", "whoami")
    assert (code, "Invalid API key" in written) == (2, True)
    assert command("fine-tunes", "list")[0] == 2


@newest
def test_the_newest_one_deploys(command: Command) -> None:
    code, written = command("deployments", "create", "-m", "qwen-turbo", "-s", "one", "--plan", "lora")
    assert (code, "Deployment: qwen-turbo-one status: RUNNING" in written) == (0, True)
    assert "capacity: 1" in command("deployments", "get", "qwen-turbo-one")[1]
    assert command("deployments", "delete", "qwen-turbo-one")[0] == 0


@newest
def test_a_canceled_job_s_code_is_an_error_to_the_newest_one(command: Command, program: Program) -> None:
    job_id = running_job(program)
    assert command("fine-tunes", "cancel", job_id)[0] == 0
    program.call("POST", "/sandbox/clock", {"advance": 5})
    code, written = command("fine-tunes", "get", job_id)
    assert (code, "Business Error" in written) == (1, True)
