"""A program of a partner for tests: real TCP, TLS where wanted, HTTP as far as it is needed, answers as a test wants them."""

import socketserver
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True)
class Heard:
    """One request as it came over the wire."""

    line: str
    head: dict[str, str]
    body: bytes


@dataclass
class Program:
    """What arrived and how it is answered: `answers` are taken one by one, the last again and again."""

    port: int = 0
    answers: list[bytes] = field(default_factory=lambda: [answer(200)])
    # Called with each request after it was heard and before it is answered.
    before_answer: Callable[[], None] = lambda: None
    heard: list[Heard] = field(default_factory=list)
    # Seconds between two bytes of an answer.
    pause: float = 0

    def address(self, host: str = "127.0.0.1", *, scheme: str = "http") -> str:
        """Where it listens, under one of its names."""
        return f"{scheme}://{host}:{self.port}/kabar"


def answer(status: int, *head: str, body: bytes = b"") -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status} So", f"Content-Length: {len(body)}", *head, "", ""]
    return "\r\n".join(lines).encode() + body


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        program: Program = self.server.program  # type: ignore[attr-defined]
        line = self.rfile.readline().decode().strip()
        head = {}
        while entry := self.rfile.readline().decode().strip():
            name, _, value = entry.partition(": ")
            head[name.lower()] = value
        if not line:
            return
        body = self.rfile.read(int(head.get("content-length", 0)))
        program.heard.append(Heard(line, head, body))
        program.before_answer()
        said = program.answers.pop(0) if len(program.answers) > 1 else program.answers[0]
        if not program.pause:
            self.wfile.write(said)
            return
        stop = threading.Event()
        for byte in said:
            self.wfile.write(bytes([byte]))
            stop.wait(program.pause)


class Server(socketserver.ThreadingTCPServer):
    """One conversation a thread; what is open when the test ends is cut."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, program: Program, context: ssl.SSLContext | None = None) -> None:
        self.program = program
        super().__init__(("127.0.0.1", 0), _Talk)
        self._context = context
        program.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def finish_request(self, request, client_address):  # type: ignore[no-untyped-def]
        """In the thread of the conversation: a handshake that fails must not hold up the next."""
        if self._context:
            request = self._context.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)
        if self._context:
            request.close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that hangs up is what some tests are about."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


def certificate(folder: Path, *names: str) -> Path:
    """A certificate for these names and addresses that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Program uji")])
    alternatives: list[x509.GeneralName] = []
    for each in names:
        try:
            alternatives.append(x509.IPAddress(ip_address(each)))
        except ValueError:
            alternatives.append(x509.DNSName(each))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return file


def behind_tls(file: Path) -> ssl.SSLContext:
    """A server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
