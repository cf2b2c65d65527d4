"""The line between a phone and the server: real sockets that can be cut, go deaf, or answer for a server that is busy."""

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Fault:
    """What happens to the next requests that begin so: `cut` before the server hears them, `deaf` to what it says, `answer`."""

    begins: bytes
    kind: str
    # So many pass unharmed before, so many are hit.
    after: int = 0
    times: int = 1
    answer: bytes = b""
    seen: int = field(default=0)

    def hits(self, chunk: bytes) -> bool:
        if not chunk.startswith(self.begins):
            return False
        self.seen += 1
        return self.after < self.seen <= self.after + self.times


class Line:
    """Passes everything on to the server at `port`, until it is told otherwise."""

    def __init__(self, port: int) -> None:
        self.port, self.faults, self._open = port, list[Fault](), set[socket.socket]()
        # Every byte that has left the phone.
        self.sent = bytearray()
        self._listening = self._listen(0)
        self.own_port: int = self._listening.getsockname()[1]

    def _listen(self, port: int) -> socket.socket:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(50)
        self._start(self._accept, listening)
        return listening

    def down(self) -> None:
        """No network: what is open breaks, and nothing new gets through."""
        # Closing alone does not wake the thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for one in list(self._open):
            self._end(one)

    def up(self) -> None:
        """The network is back."""
        self._listening = self._listen(self.own_port)

    def fault(self, begins: str, kind: str, **more: int | bytes) -> Fault:
        """Let something happen to the requests that begin so."""
        self.faults.append(Fault(begins.encode(), kind, **more))  # type: ignore[arg-type]
        return self.faults[-1]

    def _start(self, work: Callable[..., None], *args: object) -> None:
        threading.Thread(target=work, args=args, daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                phone, _ = listening.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.port), 5)
            except OSError:
                self._end(phone)
                continue
            self._open |= {phone, server}
            deaf = threading.Event()
            self._start(self._upward, phone, server, deaf)
            self._start(self._downward, phone, server, deaf)

    def _upward(self, phone: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while chunk := phone.recv(65536):
                hit = next((fault for fault in self.faults if fault.hits(chunk)), None)
                if hit and hit.kind == "cut":
                    break
                if hit and hit.kind == "answer":
                    phone.sendall(hit.answer)
                    break
                if hit:
                    deaf.set()
                self.sent += chunk
                server.sendall(chunk)
        self._end(phone, server)

    def _downward(self, phone: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while chunk := server.recv(65536):
                if deaf.is_set():
                    break
                phone.sendall(chunk)
        self._end(phone, server)

    def _end(self, *ends: socket.socket) -> None:
        for one in ends:
            self._open.discard(one)
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
