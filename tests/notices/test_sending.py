"""What leaves the program: by a real mail server, a gateway or into the outbox; by the ways a user wants, never with a name."""

import stat
import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from kessos_case.core import db
from kessos_case.nights.service.digests import write_digests
from kessos_case.notices import service, wording
from kessos_case.notices.rules import NoticeKind
from tests.conftest import Clock, Truth
from tests.factories import Make
from tests.factories import notices as maker
from tests.mailbox import Mailbox, Server
from tests.notices.conftest import Outbox

pytestmark = pytest.mark.usefixtures("clock")

MESSAGES = "select channel || ' ' || state from messages order by channel, id"


@pytest.fixture
def officer(make: Make):
    user = make.user("triage")
    maker.with_mail(user, "triase@dinsos.example")
    return user


def parsed(mailbox: Mailbox, number: int = 0):
    return message_from_bytes(mailbox.mails[number], policy=default)


class TestByMail:
    def test_what_cannot_wait_goes_out_at_once_and_once(self, truth: Truth, officer, mailbox: Mailbox):
        maker.tell(officer)
        maker.send_all()
        maker.send_all()
        mail = parsed(mailbox)
        assert len(mailbox.mails) == 1
        assert (mail["To"], mail["From"]) == ("triase@dinsos.example", "Kessos <kessos@dinsos.example>")
        assert mail["Subject"] == "Kessos: Ada laporan darurat baru di wilayah Anda"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert "https://kessos.example/notices" in mail.get_content()
        assert truth.all(MESSAGES) == ["mail sent"]

    def test_what_can_wait_stays_in_the_app(self, truth: Truth, officer, mailbox: Mailbox):
        maker.tell(officer, is_urgent=False)
        maker.send_all()
        assert mailbox.mails == []
        assert truth.all(MESSAGES) == []

    def test_the_link_holds_no_id(self, officer, mailbox: Mailbox):
        about = maker.tell(officer)
        maker.send_all()
        # An id of ours tells the minute in which somebody was reported.
        assert str(about) not in mailbox.texts[0]

    def test_who_has_no_address_is_told_in_the_app_alone(self, make: Make, truth: Truth, mailbox: Mailbox):
        maker.tell(make.user("triage"))
        maker.send_all()
        assert truth.all(MESSAGES) == []

    @pytest.mark.parametrize(
        "change",
        [
            "update users set is_active = false",
            "update grants set valid_until = '2026-03-02T03:00:00Z'",
            "update notifications set read_at = now()",
            "update users set email = null where username like 'triage%'",
            "insert into contact_choices values (:id, false, null, null, true, 1)",
        ],
    )
    def test_what_is_no_longer_wanted_or_true_is_dropped(
        self, truth: Truth, clock: Clock, officer, mailbox: Mailbox, change: str
    ):
        mailbox.answers["MAIL"] = b"451 later"
        maker.tell(officer)
        maker.send_all()
        truth.run(change, id=officer.id)
        mailbox.answers.clear()
        clock.move(minutes=2)
        maker.send_all()
        assert mailbox.mails == []
        assert truth.all(MESSAGES) == ["mail dropped"]

    def test_nothing_older_than_a_day_is_made_a_message_of(self, truth: Truth, clock: Clock, officer, mailbox: Mailbox):
        maker.tell(officer)
        clock.move(days=1, minutes=1)
        maker.send_all()
        assert truth.all(MESSAGES) == []


class TestFailures:
    def state(self, truth: Truth):
        return truth.run("select state, attempts, problem from messages").one()

    @pytest.mark.parametrize(
        ("answers", "expected"),
        [
            ({"MAIL": b"451 not now"}, ("waiting", 1, "sender_refused")),
            ({"MAIL": b"553 you are nobody"}, ("waiting", 1, "sender_refused")),
            ({"RCPT": b"450 busy"}, ("waiting", 1, "refused_for_now")),
            ({"RCPT": b"550 triase@dinsos.example is unknown"}, ("given_up", 1, "refused")),
            ({"DATA": b"451 disk full"}, ("waiting", 1, "refused_for_now")),
            ({"MAILED": b"554 looks like spam"}, ("given_up", 1, "refused")),
            ({"MAILED": b"452 no room"}, ("waiting", 1, "refused_for_now")),
            ({"EHLO": b"554 go away", "HELO": b"554 go away"}, ("waiting", 1, "sender_refused")),
        ],
    )
    def test_a_no_for_now_is_tried_again_and_a_no_for_good_is_not(
        self, truth: Truth, officer, mailbox: Mailbox, answers, expected
    ):
        mailbox.answers = answers
        maker.tell(officer)
        maker.send_all()
        assert tuple(self.state(truth)) == expected

    def test_a_server_that_is_down_is_asked_again_until_it_is_up(
        self, truth: Truth, clock: Clock, officer, mailbox: Mailbox, setting
    ):
        down = Server(Mailbox())
        down.stop()
        setting(smtp_port=down.box.port)
        maker.tell(officer)
        waits = []
        for _ in range(2):
            maker.send_all()
            waits.append(truth.one("select next_at from messages") - clock.now)
            clock.set(str(truth.one("select next_at from messages")))
        setting(smtp_port=mailbox.port)
        maker.send_all()
        assert waits == [timedelta(minutes=1), timedelta(minutes=5)]
        assert len(mailbox.mails) == 1
        assert tuple(self.state(truth)) == ("sent", 3, None)

    def test_after_the_fifth_failure_it_is_given_up_and_said(
        self, truth: Truth, clock: Clock, officer, mailbox: Mailbox
    ):
        mailbox.answers["RCPT"] = b"450 busy"
        maker.tell(officer)
        for _ in range(7):
            maker.send_all()
            clock.move(hours=2, minutes=1)
        assert tuple(self.state(truth)) == ("given_up", 5, "refused_for_now")
        with db.transaction(db.system("test")) as session:
            assert service.given_up_lately(session) == 1
        assert truth.one("select messages_in('given_up')") == 1

    def test_a_server_that_is_down_is_asked_once_and_not_once_for_each(
        self, make: Make, truth: Truth, officer, mailbox: Mailbox
    ):
        mailbox.greeting = b"421 closed"
        other = make.user("triage")
        maker.with_mail(other)
        for user in (officer, other):
            maker.tell(user)
        maker.send_all()
        assert sorted(truth.all("select attempts from messages")) == [0, 1]

    def test_a_message_to_a_phone_does_not_wait_for_the_mail_server(
        self, make: Make, truth: Truth, officer, mailbox: Mailbox, outbox: Outbox
    ):
        mailbox.greeting = b"421 closed"
        maker.chooses(make, officer, by_message="sms", phone="0812-3456-7890")
        maker.tell(officer)
        maker.send_all()
        assert truth.all(MESSAGES) == ["mail waiting", "sms sent"]

    def test_a_server_that_never_answers_costs_its_time_and_no_more(
        self, truth: Truth, officer, mailbox: Mailbox, setting
    ):
        setting(smtp_timeout=1)
        # No line of a greeting ends here.
        mailbox.greeting = b"220-and so on"
        maker.tell(officer)
        before = time.monotonic()
        maker.send_all()
        assert time.monotonic() - before < 3
        assert tuple(self.state(truth)) == ("waiting", 1, "unreachable")

    def test_a_server_without_tls_gets_nothing_when_tls_is_wanted(
        self, truth: Truth, officer, mailbox: Mailbox, setting
    ):
        setting(smtp_security="starttls")
        maker.tell(officer)
        maker.send_all()
        assert not [line for line in mailbox.heard if b"triase" in line]
        assert tuple(self.state(truth)) == ("waiting", 1, "not_secure")

    def test_a_sign_in_that_is_refused_is_no_fault_of_the_message(
        self, truth: Truth, officer, mailbox: Mailbox, setting
    ):
        setting(smtp_user="kessos", smtp_password="rahasia")
        mailbox.features = (b"AUTH PLAIN",)
        mailbox.answers["AUTH"] = b"535 wrong"
        maker.tell(officer)
        maker.send_all()
        assert tuple(self.state(truth)) == ("waiting", 1, "sign_in_refused")

    @pytest.mark.parametrize(
        "address", ["a@x.example\r\nBcc: b@y.example", "a b@x.example", "kepala@dinsos.\u0131d", "x"]
    )
    def test_what_is_no_address_adds_no_line_to_a_mail(self, truth: Truth, officer, mailbox: Mailbox, address: str):
        truth.run("update users set email = :email where id = :id", email=address, id=officer.id)
        maker.tell(officer)
        maker.send_all()
        assert mailbox.mails == []
        assert tuple(self.state(truth)) == ("given_up", 1, "bad_address")

    def test_no_log_line_tells_an_address(self, officer, mailbox: Mailbox, caplog: pytest.LogCaptureFixture):
        mailbox.answers["RCPT"] = b"450 <triase@dinsos.example> is busy"
        maker.tell(officer)
        maker.send_all()
        assert "message_not_sent" in caplog.text
        assert "triase@" not in caplog.text


class TestToThePhone:
    @pytest.fixture
    def by_phone(self, make: Make):
        user = make.user("tksk")
        maker.chooses(make, user, by_message="whatsapp", phone="0812-3456-7890")
        return user

    def test_it_is_kept_in_a_file_for_this_user_of_the_machine_alone(self, by_phone, outbox: Outbox):
        maker.tell(by_phone)
        maker.send_all()
        (line,) = outbox.lines
        assert (line["channel"], line["to"]) == ("whatsapp", "+6281234567890")
        (file,) = outbox.folder.iterdir()
        assert file.name == "2026-03-02.jsonl"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(outbox.folder.stat().st_mode) == 0o700

    def test_a_function_of_the_office_gets_it_instead(self, by_phone, outbox: Outbox, setting):
        setting(message_gateway="tests.notices.test_sending:taken")
        TAKEN.clear()
        maker.tell(by_phone)
        maker.send_all()
        assert [(parcel.channel, parcel.to) for parcel in TAKEN] == [("whatsapp", "+6281234567890")]

    @pytest.mark.parametrize("name", ["refusing", "there_is_none"])
    def test_a_function_that_fails_lets_the_message_wait(self, truth: Truth, by_phone, outbox: Outbox, setting, name):
        setting(message_gateway=f"tests.notices.test_sending:{name}")
        maker.tell(by_phone)
        maker.send_all()
        assert truth.run("select state, problem from messages").one() == ("waiting", "gateway")

    def test_without_a_mail_server_mails_are_kept_too(self, officer, outbox: Outbox):
        maker.tell(officer)
        maker.send_all()
        assert [(line["channel"], line["to"]) for line in outbox.lines] == [("mail", "triase@dinsos.example")]


class TestDigest:
    """One mail a morning to who has something due: counts and kinds."""

    @pytest.fixture
    def worker(self, make: Make):
        user = make.caseworker()
        maker.with_mail(user, "peksos@upt.example")
        return user

    def night(self) -> None:
        with db.transaction(db.system("test")) as session:
            write_digests(session)

    @pytest.fixture
    def busy(self, make: Make, worker, clock: Clock):
        make.task(worker, due_on=clock.now.date() - timedelta(days=3))
        make.task(worker, due_on=clock.now.date(), text="Telepon Sulastri Wiryokusumo")
        return worker

    def test_it_goes_out_at_half_past_six_and_not_before(self, truth: Truth, clock: Clock, busy, mailbox: Mailbox):
        clock.set("2026-03-02T01:05:00+07:00")
        self.night()
        clock.set("2026-03-02T06:29:00+07:00")
        maker.send_all()
        assert mailbox.mails == []
        clock.move(minutes=1)
        maker.send_all()
        mail = parsed(mailbox)
        assert str(mail["Subject"]).endswith("1 tugas terlambat, 1 tugas untuk hari ini")
        text = mail.get_content()
        assert "- Tugas yang ditulis sendiri: 2" in text
        assert "Sulastri" not in text
        assert "https://kessos.example" in text

    def test_one_a_day_however_often_the_night_runs(self, truth: Truth, clock: Clock, busy, mailbox: Mailbox):
        for _ in range(3):
            self.night()
            maker.send_all()
        clock.move(hours=-2)
        self.night()
        clock.move(hours=4)
        maker.send_all()
        assert len(mailbox.mails) == 1
        clock.move(days=1)
        self.night()
        maker.send_all()
        assert len(mailbox.mails) == 2

    def test_nothing_when_nothing_is_due(self, make: Make, truth: Truth, worker, clock: Clock, mailbox: Mailbox):
        make.task(worker, due_on=clock.now.date() + timedelta(days=2))
        self.night()
        assert truth.all(MESSAGES) == []

    def test_what_was_done_before_it_went_out_is_not_told(self, truth: Truth, clock: Clock, busy, mailbox: Mailbox):
        clock.set("2026-03-02T01:05:00+07:00")
        self.night()
        truth.run("update tasks set state = 'done', closed_at = now()")
        clock.set("2026-03-02T07:00:00+07:00")
        maker.send_all()
        assert truth.all(MESSAGES) == ["mail dropped"]

    def test_a_mail_of_yesterday_is_old_news(self, truth: Truth, clock: Clock, busy, mailbox: Mailbox):
        self.night()
        clock.move(days=1)
        maker.send_all()
        assert truth.all(MESSAGES) == ["mail dropped"]

    @pytest.mark.parametrize("day", ["2026-03-07", "2026-03-08", "2026-08-17"])
    def test_none_on_days_when_no_desk_is_manned(self, truth: Truth, clock: Clock, busy, day: str):
        clock.set(f"{day}T08:00:00+07:00")
        self.night()
        assert truth.all(MESSAGES) == []

    @pytest.mark.parametrize("choice", [{"wants_digest": False}, {"by_mail": False}])
    def test_none_to_who_does_not_want_it(self, make: Make, truth: Truth, busy, choice):
        maker.chooses(make, busy, **choice)
        self.night()
        assert truth.all(MESSAGES) == []

    def test_the_office_may_want_none_at_all(self, truth: Truth, busy, setting):
        setting(digest_at="")
        self.night()
        assert truth.all(MESSAGES) == []

    def test_who_has_not_read_what_he_was_told_is_reminded(self, make: Make, truth: Truth, mailbox: Mailbox):
        partner = make.user("partner", organisation="PSTW-BONDOWOSO")
        maker.with_mail(partner, "mitra@lks.example")
        maker.tell(partner, NoticeKind.OFFER_MADE, is_urgent=False)
        self.night()
        maker.send_all()
        assert "1 kabar belum dibaca" in parsed(mailbox).get_content()

    def test_an_office_with_a_strange_name_adds_no_line_to_the_head(self, truth: Truth, busy, mailbox: Mailbox):
        truth.run("update organisations set name = E'UPT X\\r\\nBcc: alle@evil.example' where code = 'PSTW-BONDOWOSO'")
        self.night()
        maker.send_all()
        mail = parsed(mailbox)
        assert mail["Bcc"] is None
        assert [line for line in mailbox.heard if line.lower().startswith(b"rcpt")] == [
            b"rcpt TO:<peksos@upt.example>\r\n"
        ]

    def test_an_emergency_goes_before_the_mails_of_the_morning(
        self, make: Make, truth: Truth, busy, officer, mailbox: Mailbox
    ):
        self.night()
        maker.tell(officer)
        for part in range(2):
            maker.send_once(part)
        assert parsed(mailbox)["To"] == "triase@dinsos.example"


def test_no_name_leaves_whatever_happens(make: Make, truth: Truth, mailbox: Mailbox, clock: Clock):
    """Every kind is raised about a person whose name nobody else has, to users who are told by every way."""
    user = make.caseworker()
    maker.with_mail(user)
    name = "Xyloquentia Wrzesniak"
    client = make.client(user, name=name)
    for kind in NoticeKind:
        maker.tell(user, kind, subject_id=client.id)
    make.task(user, client.id, text=f"Telepon {name}", due_on=clock.now.date())
    TestDigest().night()
    maker.send_all()
    assert len(mailbox.mails) == len(NoticeKind) + 1
    left = "".join(mailbox.texts) + "".join(line.decode("utf-8", "replace") for line in mailbox.heard)
    assert [part for part in (*name.split(), str(client.id)) if part.lower() in left.lower()] == []


def test_a_trial_mail_says_no_more_than_that_it_arrives(mailbox: Mailbox, session):
    service.send_test(session, "operator@dinsos.example", wording.trial_letter(""))
    assert parsed(mailbox).get_content().strip() == "Surat dari Kessos sampai di sini."


TAKEN: list[service.Parcel] = []


def taken(parcel: service.Parcel) -> None:
    TAKEN.append(parcel)


def refusing(parcel: service.Parcel) -> None:
    raise ConnectionError(parcel.to)
