"""The same promises over TLS and through a proxy."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jobs import dashscope
from jobs.dashscope import Client
from jobs.dashscope.calls import new_session
from tests.jobs.dashscope.conftest import BASE, KEY
from tests.jobs.dashscope.test_cuts import create, get, good, half_an_answer, hang, say_nothing
from tests.jobs.dashscope.wire import Connection, Script, Wire


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def wire(certificate: Path, *scripts: Script) -> Wire:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return Wire(*scripts, tls=context)


@contextmanager
def trusting(url: str, certificate: Path, deadline: float = 10.0) -> Iterator[Client]:
    with new_session(url) as session:
        session.verify = str(certificate)
        yield Client(url, KEY, session=session, deadline=deadline, sleep=lambda _: None)


def test_calls_go_through(certificate: Path) -> None:
    with wire(certificate, good) as service, trusting(service.url, certificate) as client:
        assert (create(client).job_id, get(client).job_id) == ("ft-1", "ft-1")


@pytest.mark.parametrize("script", [say_nothing, half_an_answer, hang])
def test_a_create_cut_or_stalled_after_it_was_sent_is_unknown(certificate: Path, script: Script) -> None:
    with (
        wire(certificate, script) as service,
        trusting(service.url, certificate, deadline=0.5) as client,
        pytest.raises(dashscope.UnknownOutcome),
    ):
        create(client)


def test_a_certificate_that_is_not_trusted_ends_it_before_anything_is_sent(certificate: Path) -> None:
    with wire(certificate, good) as service, Client(service.url, KEY) as client:
        with pytest.raises(dashscope.Unreachable) as caught:
            create(client)
        assert "certificate" in caught.value.message


def test_a_proxy_that_refuses_the_tunnel_ends_it_before_anything_is_sent() -> None:
    seen: list[bytes] = []

    def refuse(connection: Connection) -> None:
        seen.append(connection.head())
        connection.send(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    with Wire(refuse) as proxy, new_session(BASE) as session:
        session.proxies = {"https": proxy.url}
        with pytest.raises(dashscope.Unreachable):
            create(Client(BASE, KEY, session=session))
    assert seen[0].startswith(b"CONNECT dashscope.test:443")
    assert KEY.encode() not in seen[0]


def test_a_proxy_of_a_kind_that_is_not_known_ends_it_before_anything_is_sent() -> None:
    with new_session(BASE) as session:
        session.proxies = {"https": "socks5://127.0.0.1:1"}
        with pytest.raises(dashscope.Unreachable):
            create(Client(BASE, KEY, session=session))
