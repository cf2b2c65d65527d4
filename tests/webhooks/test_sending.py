"""What leaves for a program, over real sockets: signed, once more after a failure, and never to where it must not go."""

import base64
import hashlib
import hmac
import json
import shutil
import socket
import subprocess
import threading
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kessos_case.core import db
from kessos_case.core.errors import Invalid
from kessos_case.core.keys import KeyringError
from kessos_case.webhooks import service
from kessos_case.webhooks.rules import Event
from kessos_case.webhooks.service import way_out
from tests.conftest import ROOT, Clock, Truth
from tests.factories import Make
from tests.factories import webhooks as maker
from tests.receiver import Heard, Program, Server, answer, behind_tls, certificate

pytestmark = pytest.mark.usefixtures("clock")

STATE = (
    "select state || ' ' || attempts || ' ' || coalesce(problem, '-') from webhook_deliveries order by created_at, id"
)


@pytest.fixture
def partner(make: Make):
    return make.user("partner", organisation="PSTW-BONDOWOSO")


@pytest.fixture
def subscribed(make: Make, partner, program: Program):
    return maker.subscribe(make, partner, program.address())


def signed_by(secret: str, heard: Heard) -> str:
    """As docs/webhooks.md tells a receiver to compute it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{heard.head['webhook-id']}.{heard.head['webhook-timestamp']}.".encode() + heard.body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


class TestWhatArrives:
    def test_a_receiver_can_tell_it_from_a_forged_one_as_the_page_for_programmers_says(
        self, clock: Clock, program: Program, partner, subscribed
    ):
        page = (ROOT / "docs" / "webhooks.md").read_text()
        told: dict[str, Any] = {}
        exec(page.partition("```python\n")[2].partition("```")[0], told)
        maker.tell(partner.organisation_id)
        maker.send_all(subscribed.id)
        (heard,) = program.heard
        assert told["is_genuine"](subscribed.secret, heard.head, heard.body)
        assert not told["is_genuine"](subscribed.secret, heard.head, heard.body + b" ")
        assert not told["is_genuine"]("whsec_" + "A" * 44, heard.head, heard.body)
        late = heard.head | {"webhook-timestamp": str(int(heard.head["webhook-timestamp"]) - 301)}
        assert not told["is_genuine"](subscribed.secret, late, heard.body)

    @pytest.mark.skipif(shutil.which("php") is None, reason="needs PHP, as the receiver has it")
    def test_a_receiver_in_php_can_tell_it_too(self, clock: Clock, program: Program, partner, subscribed):
        page = (ROOT / "docs" / "webhooks.md").read_text()
        sample = page.partition("```php\n")[2].partition("```")[0]
        maker.tell(partner.organisation_id)
        maker.send_all(subscribed.id)
        (heard,) = program.heard
        # The sample asks PHP's own clock, and the delivery is of the day of the tests.
        sample = sample.replace("time()", str(int(heard.head["webhook-timestamp"]) + 299))
        ask = f"{sample} echo is_genuine($argv[1], file_get_contents('php://stdin')) ? 'yes' : 'no';"
        head = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in heard.head.items()}

        def answered(secret: str, body: bytes) -> bytes:
            command = ["php", "-r", ask, secret]
            return subprocess.run(command, input=body, env=head, capture_output=True, check=True, timeout=20).stdout

        assert answered(subscribed.secret, heard.body) == b"yes"
        assert answered(subscribed.secret, heard.body + b" ") == b"no"
        assert answered("whsec_" + "A" * 44, heard.body) == b"no"

    def test_it_is_signed_and_says_what_moved(self, clock: Clock, program: Program, partner, subscribed):
        about = maker.tell(partner.organisation_id, urgency="urgent")
        maker.send_all(subscribed.id)
        (heard,) = program.heard
        assert heard.line == "POST /kabar HTTP/1.1"
        assert heard.head["content-type"] == "application/json"
        assert heard.head["host"] == f"127.0.0.1:{program.port}"
        assert json.loads(heard.body) == {
            "id": heard.head["webhook-id"],
            "type": "offer.made",
            "timestamp": clock.now.isoformat(),
            "data": {"offer_id": str(about), "urgency": "urgent"},
        }
        assert heard.head["webhook-signature"] == signed_by(subscribed.secret, heard)
        # By the wall, whatever a test's clock says: a receiver compares it with his own.
        assert abs(int(heard.head["webhook-timestamp"]) - time.time()) < 60

    def test_ids_tell_no_time(self, program: Program, partner, subscribed):
        maker.tell(partner.organisation_id)
        maker.send_all(subscribed.id)
        assert UUID(program.heard[0].head["webhook-id"]).version == 4
        assert subscribed.id.version == 4

    def test_each_is_told_once_however_often_it_is_raised(self, program: Program, partner, subscribed):
        about = maker.tell(partner.organisation_id)
        maker.tell(partner.organisation_id, about=about)
        assert maker.send_all(subscribed.id) == 1
        assert maker.send_all(subscribed.id) == 0
        assert len(program.heard) == 1

    def test_only_what_was_asked_for_and_only_of_the_own_office(self, make: Make, truth: Truth, partner):
        maker.subscribe(make, partner, events=[Event.OFFER_EXPIRED])
        maker.tell(partner.organisation_id)
        maker.tell(make.organisation("PSTW-MAGETAN").id, Event.OFFER_EXPIRED)
        assert truth.all(STATE) == []

    def test_what_is_rolled_back_is_told_to_nobody(self, truth: Truth, partner, subscribed):
        with pytest.raises(ZeroDivisionError), db.transaction(db.system("test")) as session:
            service.raise_event(session, partner.organisation_id, Event.OFFER_MADE, subscribed.id, {})
            raise ZeroDivisionError
        assert truth.all(STATE) == []


class TestSecrets:
    def test_after_a_change_both_sign_for_a_day(self, make: Make, clock: Clock, program: Program, partner, subscribed):
        with make.acting(partner) as session:
            fresh = service.rotate_secret(session, subscribed.id)
        maker.tell(partner.organisation_id)
        clock.move(hours=23, minutes=59)
        maker.send_all(subscribed.id)
        maker.tell(partner.organisation_id)
        clock.move(minutes=1)
        maker.send_all(subscribed.id)
        both, alone = program.heard
        assert both.head["webhook-signature"].split() == [
            signed_by(fresh.secret, both),
            signed_by(subscribed.secret, both),
        ]
        assert alone.head["webhook-signature"] == signed_by(fresh.secret, alone)

    def test_they_are_random_and_stored_sealed(self, make: Make, truth: Truth, partner, subscribed):
        assert len(base64.b64decode(subscribed.secret.removeprefix("whsec_"))) == 32
        other = maker.subscribe(make, partner)
        assert other.secret != subscribed.secret
        stored = truth.all("select secret_sealed from webhook_subscriptions")
        for card in (subscribed, other):
            key = base64.b64decode(card.secret.removeprefix("whsec_"))
            assert not [row for row in stored if key in bytes(row) or card.secret.encode() in bytes(row)]

    def test_one_that_is_moved_to_another_row_does_not_open_there(self, make: Make, truth: Truth, partner, subscribed):
        other = maker.subscribe(make, partner)
        truth.run(
            "update webhook_subscriptions as here set secret_sealed = there.secret_sealed"
            " from webhook_subscriptions as there where here.id = :here and there.id = :there",
            there=subscribed.id,
            here=other.id,
        )
        maker.tell(partner.organisation_id)
        with pytest.raises(KeyringError):
            maker.send_once(other.id)


class TestFailures:
    @pytest.mark.parametrize(
        ("said", "problem"),
        [
            (answer(500), "refused"),
            (answer(429), "refused"),
            (answer(404, body=b"<h1>tidak ada</h1>"), "refused"),
            (answer(301, "Location: http://127.0.0.1:1/"), "redirected"),
            (answer(307, "Location: http://169.254.169.254/latest/meta-data/"), "redirected"),
            (b"220 mail.example ready\r\n", "no_http"),
            (b"", "no_http"),
            (b"HTTP/1.1 200 So\r\n" + b"X-Long: " + b"x" * 70_000 + b"\r\n\r\n", "no_http"),
            (b"HTTP/1.1 200 So\r\n" + b"X-More: x\r\n" * 5000 + b"\r\n", "no_http"),
        ],
    )
    def test_what_is_no_yes_is_tried_again(self, truth: Truth, program: Program, partner, subscribed, said, problem):
        program.answers = [said]
        maker.tell(partner.organisation_id)
        maker.send_all(subscribed.id)
        assert truth.all(STATE) == [f"waiting 1 {problem}"]
        assert len(program.heard) == 1

    def test_a_redirect_is_not_followed(self, truth: Truth, program: Program, partner, subscribed):
        elsewhere = Program()
        server = Server(elsewhere)
        program.answers = [answer(302, f"Location: {elsewhere.address()}")]
        maker.tell(partner.organisation_id)
        maker.send_all(subscribed.id)
        server.stop()
        assert elsewhere.heard == []

    def test_a_long_answer_is_a_yes_all_the_same_and_not_read(
        self, truth: Truth, program: Program, partner, subscribed
    ):
        program.answers = [b"HTTP/1.1 200 So\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 9_000_000]
        maker.tell(partner.organisation_id)
        before = time.monotonic()
        maker.send_all(subscribed.id)
        assert truth.all(STATE) == ["delivered 1 -"]
        assert time.monotonic() - before < 2

    def test_one_that_never_answers_costs_its_time_and_no_more(
        self, truth: Truth, program: Program, partner, subscribed, setting
    ):
        setting(webhook_timeout=1)
        free = threading.Event()
        program.before_answer = lambda: free.wait(5)
        maker.tell(partner.organisation_id)
        before = time.monotonic()
        maker.send_all(subscribed.id)
        free.set()
        assert time.monotonic() - before < 2
        assert truth.all(STATE) == ["waiting 1 too_slow"]

    def test_nor_does_one_that_answers_letter_by_letter(
        self, truth: Truth, program: Program, partner, subscribed, setting
    ):
        setting(webhook_timeout=1)
        program.pause = 0.2
        maker.tell(partner.organisation_id)
        before = time.monotonic()
        maker.send_all(subscribed.id)
        assert time.monotonic() - before < 2
        assert truth.all(STATE) == ["waiting 1 too_slow"]

    def test_gaps_grow_until_it_is_given_up(self, truth: Truth, clock: Clock, program: Program, partner, subscribed):
        program.answers = [answer(500)]
        maker.tell(partner.organisation_id)
        gaps = []
        for _ in range(6):
            maker.send_all(subscribed.id)
            ends = truth.one("select next_at from webhook_deliveries")
            gaps.append((ends - clock.now) / timedelta(minutes=1))
            clock.set(str(ends))
        maker.send_all(subscribed.id)
        clock.move(days=1)
        assert maker.send_all(subscribed.id) == 0
        assert gaps == [1, 5, 30, 120, 480, 1440]
        assert truth.all(STATE) == ["given_up 7 refused"]
        assert truth.one("select webhook_deliveries_in('given_up')") == 1
        assert len({heard.head["webhook-id"] for heard in program.heard}) == 1
        assert len({heard.body for heard in program.heard}) == 1

    def test_one_that_is_down_is_asked_once_and_not_once_for_each(
        self, truth: Truth, clock: Clock, program: Program, partner, subscribed
    ):
        program.answers = [answer(503), answer(200)]
        for _ in range(3):
            maker.tell(partner.organisation_id)
        assert maker.send_all(subscribed.id) == 1
        assert sorted(truth.all("select attempts from webhook_deliveries")) == [0, 0, 1]
        clock.move(minutes=1)
        assert maker.send_all(subscribed.id) == 3
        assert truth.all("select distinct state from webhook_deliveries") == ["delivered"]

    def test_what_arrives_mends_it(self, truth: Truth, clock: Clock, program: Program, partner, subscribed):
        program.answers = [answer(500), answer(204)]
        maker.tell(partner.organisation_id)
        maker.send_all(subscribed.id)
        assert truth.one("select failing_since from webhook_subscriptions") == clock.now
        clock.move(minutes=1)
        maker.send_all(subscribed.id)
        assert truth.one("select failing_since from webhook_subscriptions") is None
        assert truth.all(STATE) == ["delivered 2 -"]


class TestStopping:
    NOTICE = "select kind from notifications where user_id = :user"

    def test_after_three_days_without_a_yes_it_rests_and_its_office_is_told(
        self, make: Make, truth: Truth, clock: Clock, program: Program, partner, subscribed
    ):
        program.answers = [answer(500)]
        stranger = make.user("partner", organisation="PSTW-MAGETAN")
        for _ in range(4):
            maker.tell(partner.organisation_id)
            maker.send_all(subscribed.id)
            clock.move(days=1)
        assert truth.all("select stop_reason from webhook_subscriptions") == ["failing"]
        assert truth.all("select distinct state from webhook_deliveries") == ["dropped"]
        assert truth.all(self.NOTICE, user=partner.id) == ["webhook_stopped"]
        assert truth.all(self.NOTICE, user=stranger.id) == []
        maker.tell(partner.organisation_id)
        assert maker.send_all(subscribed.id) == 0

    def test_gone_rests_at_once(self, truth: Truth, program: Program, partner, subscribed):
        program.answers = [answer(410)]
        maker.tell(partner.organisation_id)
        maker.tell(partner.organisation_id)
        maker.send_all(subscribed.id)
        assert truth.all("select stop_reason from webhook_subscriptions") == ["gone"]
        assert truth.all("select distinct state from webhook_deliveries") == ["dropped"]
        assert truth.all(self.NOTICE, user=partner.id) == ["webhook_stopped"]
        assert truth.one("select count(*) from audit_entries where action = 'stop' and resource = 'webhook'") == 1

    def test_what_waited_when_somebody_stopped_it_goes_nowhere(
        self, make: Make, truth: Truth, program: Program, partner, subscribed
    ):
        maker.tell(partner.organisation_id)
        with make.acting(partner) as session:
            service.stop(session, subscribed.id)
        assert maker.send_all(subscribed.id) == 0
        assert program.heard == []
        assert truth.all(STATE) == ["dropped 0 -"]


class TestWhereTo:
    """Private addresses are refused when somebody subscribes, and again each time that something leaves."""

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "0.0.0.0"])
    def test_nobody_subscribes_what_leads_inside(self, make: Make, partner, host):
        with make.acting(partner) as session, pytest.raises(Invalid) as refused:
            service.subscribe(session, address=f"https://{host}/", events=["offer.made"])
        assert [error["code"] for error in refused.value.errors] == ["private_address"]

    def test_nothing_goes_to_a_name_that_leads_inside_since(
        self, truth: Truth, program: Program, partner, subscribed, setting
    ):
        truth.run("update webhook_subscriptions set address = :address", address=f"https://localhost:{8443}/")
        maker.tell(partner.organisation_id)
        setting(webhook_private_allowed="false")
        maker.send_all(subscribed.id)
        assert truth.all(STATE) == ["waiting 1 private_address"]

    def test_in_production_no_setting_opens_the_way(self, program: Program, setting):
        setting(environment="production")
        for address in (program.address(), program.address("localhost", scheme="https")):
            with pytest.raises(way_out.Undelivered) as refused:
                way_out.post(address, {}, b"{}")
            assert refused.value.problem in ("bad_address", "private_address")
        assert program.heard == []

    def test_the_connection_goes_to_the_very_address_that_was_looked_at(
        self, program: Program, setting, monkeypatch: pytest.MonkeyPatch
    ):
        """A name server that tells a public address first, and ours a moment later, gets nothing."""
        asked = []
        real = socket.getaddrinfo

        def two_faced(host, *args, **more):
            if host != "berubah.example":
                return real(host, *args, **more)
            asked.append(host)
            there = "192.0.2.77" if len(asked) == 1 else "127.0.0.1"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (there, program.port))]

        monkeypatch.setattr(socket, "getaddrinfo", two_faced)
        setting(webhook_timeout=1)
        with pytest.raises(way_out.Undelivered):
            way_out.post(program.address("berubah.example"), {}, b"{}")
        assert asked == ["berubah.example"]
        assert program.heard == []

    def test_a_name_that_nobody_knows(self, make: Make, partner, program: Program):
        with make.acting(partner) as session, pytest.raises(Invalid) as refused:
            service.subscribe(session, address="https://tidak-ada.invalid/", events=["offer.made"])
        assert [error["code"] for error in refused.value.errors] == ["unknown_name"]

    def test_nobody_there(self, truth: Truth, program: Program, partner, subscribed):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            closed = free.getsockname()[1]
        truth.run("update webhook_subscriptions set address = :address", address=f"http://127.0.0.1:{closed}/")
        maker.tell(partner.organisation_id)
        maker.send_all(subscribed.id)
        assert truth.all(STATE) == ["waiting 1 unreachable"]


class TestTls:
    def deliver(self, truth: Truth, make: Make, partner, address: str) -> list[str]:
        found = maker.subscribe(make, partner, address)
        maker.tell(partner.organisation_id)
        maker.send_all(found.id)
        return truth.all(STATE)

    def test_behind_a_certificate_that_we_know(self, make: Make, truth: Truth, partner, program, setting, tmp_path):
        file = certificate(tmp_path, "localhost")
        secured = Program()
        server = Server(secured, behind_tls(file))
        setting(webhook_ca_file=file)
        assert self.deliver(truth, make, partner, secured.address("localhost", scheme="https")) == ["delivered 1 -"]
        server.stop()
        assert secured.heard[0].head["host"] == f"localhost:{secured.port}"

    def test_not_behind_one_of_another_name(self, make: Make, truth: Truth, partner, program, setting, tmp_path):
        file = certificate(tmp_path, "sistem.lembaga.id")
        secured = Program()
        server = Server(secured, behind_tls(file))
        setting(webhook_ca_file=file)
        state = self.deliver(truth, make, partner, secured.address("localhost", scheme="https"))
        server.stop()
        assert state == ["waiting 1 not_secure"]
        assert secured.heard == []

    def test_nor_behind_one_that_nobody_vouches_for(self, make: Make, truth: Truth, partner, program, tmp_path):
        secured = Program()
        server = Server(secured, behind_tls(certificate(tmp_path, "localhost")))
        state = self.deliver(truth, make, partner, secured.address("localhost", scheme="https"))
        server.stop()
        assert state == ["waiting 1 not_secure"]
        assert secured.heard == []

    def test_nor_to_a_server_that_speaks_none(self, make: Make, truth: Truth, partner, program: Program):
        program.before_answer = lambda: None
        state = self.deliver(truth, make, partner, program.address("localhost", scheme="https"))
        assert state[0] in ("waiting 1 not_secure", "waiting 1 unreachable", "waiting 1 too_slow")
        assert [heard for heard in program.heard if heard.body] == []
