"""The rim: what leaves the program by mail, by a gateway of the office, or into a folder. Nothing here knows a session.

What a server or gateway says back is read for its number alone: its words may repeat an address.
"""

import json
import os
import smtplib
import ssl
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from importlib import import_module
from uuid import UUID

from kessos_case.core.clock import office_day
from kessos_case.core.settings import Settings, settings
from kessos_case.notices.rules import Channel, Problem, one_line


@dataclass(frozen=True)
class Parcel:
    """One message ready to go: `to` is a mail address or a number in E.164. The id is the same at every attempt."""

    id: UUID
    channel: Channel
    to: str
    subject: str
    text: str
    at: datetime


class Undeliverable(Exception):  # noqa: N818 - what happened to a parcel, as postmen call it
    """It did not go out. `is_final`: no attempt will help. `is_closed`: nothing goes this way now."""

    def __init__(self, problem: Problem, *, is_final: bool = False, is_closed: bool = False) -> None:
        super().__init__(problem)
        self.problem, self.is_final, self.is_closed = problem, is_final, is_closed


def hand_over(parcel: Parcel) -> None:
    """Let a parcel leave by its way. Raises Undeliverable."""
    options = settings()
    if parcel.channel is Channel.MAIL and options.smtp_host:
        send_mail(parcel, options)
    elif parcel.channel is not Channel.MAIL and options.message_gateway != "file":
        _by_gateway(parcel)
    else:
        keep(parcel)


def keep(parcel: Parcel) -> None:
    """Append it to the day's file of the outbox, which only this user of the machine may read; on the disk when it returns."""
    folder = settings().data_path / "outbox"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = json.dumps(asdict(parcel), default=str, ensure_ascii=False) + "\n"
    place = folder / f"{office_day(parcel.at)}.jsonl"
    descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # One call, so that lines of two workers never mix.
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def gateway() -> Callable[[Parcel], object]:
    """The function of the office that sends messages. Raises ValueError, ImportError or AttributeError when there is none."""
    module, _, name = settings().message_gateway.partition(":")
    found = getattr(import_module(module), name)
    if not callable(found):
        raise ValueError("message_gateway names no function")
    return found  # type: ignore[no-any-return]


def send_mail(parcel: Parcel, options: Settings) -> None:
    """One conversation with the mail server. Raises Undeliverable, for good where the server or we refuse the address."""
    mail = _mail(parcel, options)
    try:
        server = _connected(options)
        with closing(server):
            _speak(server, mail, parcel.to)
            # It has the mail; whether it hears the farewell changes nothing.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
    except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
        raise Undeliverable(Problem.NOT_SECURE, is_closed=True) from error
    except smtplib.SMTPAuthenticationError as error:
        raise Undeliverable(Problem.SIGN_IN_REFUSED, is_closed=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Undeliverable(Problem.UNREACHABLE, is_closed=True) from error


def _speak(server: smtplib.SMTP, mail: EmailMessage, to: str) -> None:
    try:
        server.send_message(mail, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        raise _refused(code) from error
    except (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError) as error:
        raise Undeliverable(Problem.SENDER_REFUSED, is_closed=True) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from error


def _refused(code: int) -> Undeliverable:
    """5xx is for good (RFC 5321, 4.2.1), and of this one mail: another address may be well."""
    return Undeliverable(Problem.REFUSED, is_final=True) if code >= 500 else Undeliverable(Problem.REFUSED_FOR_NOW)


def _mail(parcel: Parcel, options: Settings) -> EmailMessage:
    """Raises Undeliverable for an address that is none: nothing of it may become a line of the head."""
    mail = EmailMessage(policy=SMTP)
    try:
        to = Address(addr_spec=parcel.to)
        to.addr_spec.encode("ascii")
    except (ValueError, IndexError, UnicodeError) as error:
        raise Undeliverable(Problem.BAD_ADDRESS, is_final=True) from error
    mail["From"], mail["To"], mail["Subject"] = options.smtp_from, to, one_line(parcel.subject)
    mail["Date"] = format_datetime(parcel.at)
    # The same at a second attempt: whoever got the first one can tell.
    mail["Message-ID"] = f"<{parcel.id}@{_domain(options)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(parcel.text)
    return mail


def _domain(options: Settings) -> str:
    """Whom the office's mails say they come from; the machine's own name is nobody's business."""
    return options.smtp_from.rpartition("@")[2].strip("> ") or "localhost"


class _Hurried(smtplib.SMTP):
    """Gives the whole conversation its time, not each word of it: a worker has others to serve."""

    until = 0.0

    def getreply(self) -> tuple[int, bytes]:
        left = self.until - time.monotonic()
        if left <= 0 or self.sock is None:
            raise TimeoutError
        self.sock.settimeout(left)
        return super().getreply()


class _HurriedTls(_Hurried, smtplib.SMTP_SSL):
    """The same, enciphered from the first byte."""


def _connected(options: Settings) -> smtplib.SMTP:
    """Connected, enciphered as the setting says, signed in where it names a user."""
    # The library's own context would trust any certificate.
    trusted = ssl.create_default_context()
    name = _domain(options)
    is_tls = options.smtp_security == "tls"
    server = _HurriedTls(local_hostname=name, context=trusted) if is_tls else _Hurried(local_hostname=name)
    server.timeout = options.smtp_timeout
    server.until = time.monotonic() + options.smtp_timeout
    try:
        server._host = options.smtp_host  # type: ignore[attr-defined]  # the name that TLS asks the certificate for
        code, greeting = server.connect(options.smtp_host, options.smtp_port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, greeting)
        if options.smtp_security == "starttls":
            server.starttls(context=trusted)
        if options.smtp_user:
            server.login(options.smtp_user, options.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


def _by_gateway(parcel: Parcel) -> None:
    try:
        gateway()(parcel)
    except Exception as error:
        # Somebody else's code: whatever it raises, the message waits and the others go on.
        raise Undeliverable(Problem.GATEWAY) from error
