"""A mail server of our own for tests: real TCP, SMTP as far as it is needed, answers as a test wants them."""

import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """What arrived, as it came over the wire, and how the server answers. `answers` maps a command to its reply."""

    port: int = 0
    greeting: bytes = b"220 mail.example ready"
    features: tuple[bytes, ...] = (b"8BITMIME",)
    answers: dict[str, bytes] = field(default_factory=dict)
    # Called with each mail after it was taken and before the sender hears so.
    before_yes: Callable[[], None] = lambda: None
    mails: list[bytes] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [mail.decode() for mail in self.mails]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        self._say(box.greeting)
        while line := self.rfile.readline():
            box.heard.append(line)
            verb = line[:4].decode("ascii", "replace").upper().strip()
            if verb == "QUIT":
                self._say(b"221 bye")
                return
            if verb == "EHLO" and "EHLO" not in box.answers:
                lines = [b"mail.example", *box.features]
                for each in lines[:-1]:
                    self._say(b"250-" + each)
                self._say(b"250 " + lines[-1])
            elif verb == "DATA" and "DATA" not in box.answers:
                self._say(b"354 go on")
                self._take(box)
            else:
                self._say(box.answers.get(verb, b"250 ok"))

    def _take(self, box: Mailbox) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        box.mails.append(b"".join(lines))
        box.before_yes()
        self._say(box.answers.get("MAILED", b"250 taken"))

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    """One conversation a thread; what is open when the test ends is cut."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, box: Mailbox, port: int = 0) -> None:
        self.box = box
        super().__init__(("127.0.0.1", port), _Talk)
        box.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that hangs up is what some tests are about."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
