"""The calls on files."""

import io

from sandbox.web import Request
from tests.sandbox.helpers import Bench, bench

NO_FILE = (400, "InvalidParameter")


def post(service: Bench, body: bytes, content_type: str = "multipart/form-data; boundary=end") -> Request:
    headers = {"authorization": "Bearer sk-one", "content-type": content_type}
    return Request(method="POST", target="/api/v1/files", headers=headers, body=io.BytesIO(body))


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    more = f'; filename="{filename}"' if filename is not None else ""
    return f'--end\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"


def test_an_uploaded_file_is_shown_with_everything_that_the_service_tells(service: Bench) -> None:
    file_id = service.upload(b"{}\n", name='数据"1.jsonl'.replace('"', "%22"))
    file = service.ok("GET", f"/files/{file_id}")
    assert file["name"] == '数据"1.jsonl'
    assert file["size"] == 3
    assert file["md5"] == "8a80554c91d9fca8acb82f023de02f11"
    assert file["gmt_create"] == "2023-11-15 06:13:20"
    assert file["description"] == ""
    assert {"url", "api_key_id", "id", "region", "user_id", "purpose"} <= file.keys()


def test_several_files_get_the_descriptions_in_their_order(service: Bench) -> None:
    body = part("descriptions", b"first") + part("descriptions", "第二".encode())
    body += part("files", b"a", "a.jsonl") + part("files", b"b", "b.jsonl") + b"--end--\r\n"
    uploaded = service.sandbox.handle(post(service, body)).json()["data"]["uploaded_files"]
    shown = [service.ok("GET", f"/files/{file['file_id']}") for file in uploaded]
    assert [(file["name"], file["description"]) for file in shown] == [("a.jsonl", "first"), ("b.jsonl", "第二")]


def test_bytes_that_look_like_a_boundary_are_kept(service: Bench) -> None:
    content = b"\r\n--en\r\n--\r\n" * 100_000
    service.sandbox.handle(post(service, part("files", content, "odd") + b"--end--\r\n"))
    file = service.ok("GET", "/files")["files"][0]
    assert (service.sandbox.store.files / file["file_id"]).read_bytes() == content


def test_an_upload_that_ends_too_early_leaves_nothing_behind(service: Bench) -> None:
    answer = service.sandbox.handle(post(service, part("files", b"x" * 1_000_000, "a")[:-2]))
    assert answer.status == 400
    assert list(service.sandbox.store.files.iterdir()) == []


def test_a_body_that_is_not_multipart_or_has_no_file_is_refused(service: Bench) -> None:
    assert service.sandbox.handle(post(service, b"{}", "application/json")).status == 400
    assert service.sandbox.handle(post(service, part("descriptions", b"x") + b"--end--\r\n")).status == 400


def test_a_file_that_is_too_large_comes_inside_a_200() -> None:
    with bench(max_file_bytes=10) as service:
        answer = service.sandbox.handle(post(service, part("files", b"x" * 11, "a") + b"--end--\r\n"))
        assert answer.status == 200
        assert answer.json()["data"]["uploaded_files"] == []
        assert answer.json()["data"]["failed_uploads"][0]["code"] == "BadRequest.TooLarge"
        assert list(service.sandbox.store.files.iterdir()) == []


def test_or_as_413_by_option() -> None:
    with bench(max_file_bytes=10, too_large="413") as service:
        answer = service.sandbox.handle(post(service, part("files", b"x" * 11, "a") + b"--end--\r\n"))
        assert (answer.status, answer.json()["code"]) == (413, "BadRequest.TooLarge")


def test_number_and_space_of_files_have_an_end() -> None:
    with bench(max_files=1) as service:
        service.upload(b"a")
        answer = service.sandbox.handle(post(service, part("files", b"b", "b") + b"--end--\r\n"))
        assert answer.json()["data"]["failed_uploads"][0]["code"] == "BadRequest.TooMany"
    with bench(max_files_bytes=3) as service:
        service.upload(b"aa")
        answer = service.sandbox.handle(post(service, part("files", b"bb", "b") + b"--end--\r\n"))
        assert answer.json()["data"]["failed_uploads"][0]["message"].startswith("Out of space")


def test_the_list_has_pages_newest_first(service: Bench) -> None:
    ids = [service.upload(b"x", name=str(number)) for number in range(3)]
    page = service.ok("GET", "/files?page_no=2&page_size=2")
    assert [file["file_id"] for file in page["files"]] == [ids[0]]
    assert (page["total"], page["page_no"], page["page_size"]) == (3, 2, 2)
    assert service.ok("GET", "/files")["page_size"] == 10


def test_pages_outside_the_bounds_are_refused(service: Bench) -> None:
    for query in ("page_no=0", "page_size=0", "page_size=101", "page_size=x", "page_no=-1"):
        assert service.error("GET", f"/files?{query}") == NO_FILE


def test_a_deleted_file_is_a_400_and_its_bytes_are_gone(service: Bench) -> None:
    file_id = service.upload(b"x")
    service.ok("DELETE", f"/files/{file_id}")
    assert service.error("GET", f"/files/{file_id}") == NO_FILE
    assert service.error("DELETE", f"/files/{file_id}") == NO_FILE
    assert list(service.sandbox.store.files.iterdir()) == []


def test_nobody_sees_the_files_of_another(service: Bench) -> None:
    file_id = service.upload(b"x")
    assert service.error("GET", f"/files/{file_id}", key="sk-two") == NO_FILE
    assert service.ok("GET", "/files", key="sk-two")["total"] == 0
