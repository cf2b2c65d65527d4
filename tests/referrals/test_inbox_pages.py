"""The pages of receivers, as a browser without JavaScript uses them: the inbox by account, one offer by link."""

import re
from datetime import date

import pytest

from kessos_case.access.models import User
from kessos_case.partners.service import add_contact, change_contact
from kessos_case.referrals import inbox_wording, service
from kessos_case.referrals.inbox_pages import A_PAGE
from kessos_case.referrals.rules import STEP_VERBS, DeclineReason, HandBackReason, Step, Verb
from tests.factories import Make
from tests.factories.offers import (
    accept,
    decline,
    home,
    move,
    offer,
    offers,
    run_clocks,
    shelter,
    triaged,
    wait,
)

NAME, ILL = "Sukarmin Wiryo", "demam tinggi"


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


@pytest.fixture
def receiver(make: Make, desk):
    return shelter(make)


@pytest.fixture
def asked(make: Make, desk, receiver):
    """An open offer to a shelter."""
    return offers(make, desk, triaged(make, desk).id)[0]


@pytest.fixture
def told(make: Make, desk, receiver):
    """An offer that tells, by consent, the name, the condition and a photo."""

    def made(**stated):
        tksk, client = make.user("tksk"), make.client(desk, name=NAME)
        make.consent(desk, client.id)
        person = {"name": NAME, "estimated_age": 70, "sex": "L", "condition": ILL}
        sent = make.referral(tksk, person=person, disclose=["name", "condition", "photo"], **stated)
        make.photo(tksk, sent.id)
        move(make, desk, sent.id, "triage", client_id=client.id)
        return offers(make, desk, sent.id)[0]

    return made


class Holder:
    """A browser of somebody who has nothing but a link."""

    def __init__(self, make: Make, api, desk: User, asked) -> None:
        with make.acting(desk) as session:
            self.token = service.make_answer_link(session, asked.referral_id, asked.id).token
        self.browser, self.at = api.bare, f"/answers/{self.token}"

    def get(self):
        return self.browser.get(self.at)

    def post(self, verb: str, **said):
        form = {"verb": verb, "version": version_on(self.get().text)} | said
        return self.browser.post(self.at, data=form)


@pytest.fixture
def holder(make: Make, api, desk, asked):
    return Holder(make, api, desk, asked)


def version_on(page: str) -> str:
    """The version that the forms of a page carry."""
    return (re.search(r'name="version" value="(\d+)"', page) or ["", "0"])[1]


def post(browser, asked, verb: str, **said):
    path = f"/inbox/{asked.id}"
    form = {"verb": verb, "version": version_on(browser.get(path).text)} | said
    return browser.post(path, **form)


def problem(page: str) -> str:
    return (re.search(r'class="problem".*?</div>', page, re.DOTALL) or [""])[0]


class TestTheList:
    """What waits."""

    def test_empty_it_says_what_will_come(self, make: Make, reader, receiver):
        page = reader(receiver.user).get("/inbox").text
        assert "Tidak ada yang menunggu" in page

    def test_each_list_has_its_own_and_the_first_has_all(self, make: Make, reader, desk, clock):
        receiver = shelter(make, places=9, allows_waiting=True)
        asked = {step: offers(make, desk, triaged(make, desk).id)[0] for step in Step}
        wait(make, receiver, asked[Step.LINE], expected_on=date(2026, 3, 20))
        for step in (Step.MEET, Step.FINISH):
            accept(make, receiver, asked[step])
        move(make, receiver.user, asked[Step.FINISH].referral_id, "meet", happened_at=clock.now)
        decline(make, receiver, asked[Step.ENDED], "full")
        browser = reader(receiver.user)
        for step in Step:
            page = browser.get(f"/inbox?view={step}").text
            assert [str(asked[step].id)] == re.findall(r'<h2><a href="/inbox/([^"]+)"', page)
            assert str(inbox_wording.STEPS[step]) in page
        everything = browser.get("/inbox").text
        assert set(re.findall(r'<h2><a href="/inbox/([^"]+)"', everything)) == {
            str(one.id) for step, one in asked.items() if step is not Step.ENDED
        }
        for count in ("Semua (4)", "Perlu dijawab (1)", "Antrean (1)"):
            assert count in everything

    def test_emergencies_stand_on_top_then_what_ends_first(self, make: Make, reader, desk, receiver, clock):
        late = offers(make, desk, triaged(make, desk).id)[0]
        clock.move(hours=1)
        later = offers(make, desk, triaged(make, desk).id)[0]
        emergency = offers(make, desk, triaged(make, desk, urgency="emergency").id)[0]
        page = reader(receiver.user).get("/inbox").text
        assert re.findall(r'<h2><a href="/inbox/([^"]+)"', page) == [str(one.id) for one in (emergency, late, later)]

    def test_what_is_late_is_one_press_away(self, make: Make, reader, desk, receiver, clock):
        late = offers(make, desk, triaged(make, desk).id)[0]
        clock.move(hours=25)
        fresh = offers(make, desk, triaged(make, desk).id)[0]
        browser = reader(receiver.user)
        page = browser.get("/inbox").text
        assert 'href="/inbox?late=1">1 terlambat' in page
        assert str(fresh.id) in page
        assert re.findall(r'<h2><a href="/inbox/([^"]+)"', browser.get("/inbox?late=1").text) == [str(late.id)]
        none = browser.get("/inbox?urgency=emergency").text
        assert "Tidak ada yang cocok dengan saringan ini." in none
        assert str(fresh.id) in browser.get("/inbox?urgency=x&view=x").text

    def test_the_time_that_is_left_is_said(self, make: Make, reader, asked, receiver, clock):
        assert "besok 10.00</time> (sisa 24 jam)" in reader(receiver.user).get("/inbox").text
        clock.move(hours=25)
        page = reader(receiver.user).get("/inbox").text
        assert "Terlambat" in page and "(lewat 60 menit)" not in page and "(lewat 1 jam)" in page

    def test_a_restricted_person_has_no_name_in_the_list(self, make: Make, reader, desk, receiver, told):
        asked = told()
        assert NAME in reader(receiver.user).get("/inbox").text
        assert NAME not in reader(receiver.user).get("/inbox?view=ended").text
        hidden = make.client(desk, name="Putri Rahasia", confidentiality="strict")
        make.consent(desk, hidden.id)
        sent = make.referral(desk, person=None, client_id=hidden.id, disclose=["name"])
        move(make, desk, sent.id, "triage")
        page = reader(receiver.user).get("/inbox").text
        assert "Nama disembunyikan" in page and "Putri Rahasia" not in page
        mine = offers(make, desk, sent.id)
        assert "Putri Rahasia" in reader(receiver.user).get(f"/inbox/{mine[0].id}").text
        assert asked.id != mine[0].id

    def test_another_office_sees_nothing_of_it(self, make: Make, reader, asked):
        stranger = reader(shelter(make, coverage=["35.78"]).user)
        assert str(asked.id) not in stranger.get("/inbox").text
        assert stranger.get(f"/inbox/{asked.id}").status_code == 404
        assert stranger.post(f"/inbox/{asked.id}", verb="accept", version="1").status_code == 404

    def test_whoever_only_sent_it_has_no_inbox_of_it(self, make: Make, reader, desk):
        receiver, sender = shelter(make), make.caseworker()
        asked = offers(make, desk, triaged(make, desk, by=sender).id)[0]
        assert receiver.office.id == asked.organisation_id
        assert reader(sender).get(f"/inbox/{asked.id}").status_code == 404

    def test_the_next_page_goes_on(self, make: Make, reader, desk):
        receiver = shelter(make, places=A_PAGE + 5)
        for _ in range(A_PAGE + 1):
            # The router itself asks nobody who has so many to answer.
            offer(make, desk, triaged(make, desk).id, receiver.service_id, reason="Sanggup menjawab semuanya")
        browser = reader(receiver.user)
        first = browser.get("/inbox?view=answer").text
        found = re.findall(r'<h2><a href="/inbox/([^"]+)"', first)
        address = re.search(r'class="more" href="([^"]+)"', first)[1].replace("&amp;", "&")
        second = re.findall(r'<h2><a href="/inbox/([^"]+)"', browser.get(address).text)
        assert (len(found), len(second), set(found) & set(second)) == (A_PAGE, 1, set())


class TestAnAnswer:
    """By account."""

    def test_what_is_told_and_that_the_rest_is_not(self, make: Make, reader, receiver, told):
        asked = told()
        page = reader(receiver.user).get(f"/inbox/{asked.id}").text
        for word in (NAME, ILL, "Ambulu, Kabupaten Jember", "Penampungan sementara", "tidak diberitahukan kepada Anda"):
            assert word in page
        assert "Diberitahukan dengan persetujuan orangnya." in page
        assert NAME not in re.search(r"<title>.*?</title>", page, re.DOTALL)[0]
        photo = re.search(r'src="(/referrals/[^"]+/photos/[^"]+)"', page)[1]
        assert reader(receiver.user).get(photo).mimetype == "image/jpeg"

    def test_without_a_ground_the_page_names_nobody(self, make: Make, reader, asked, receiver):
        page = reader(receiver.user).get(f"/inbox/{asked.id}").text
        assert "Mbah Uji" not in page
        assert re.search(r"<h1>Laki-laki, 6\d–7\d tahun</h1>", page)

    def test_from_the_yes_to_the_outcome(self, make: Make, reader, asked, receiver, truth, clock):
        browser = reader(receiver.user)
        taken = post(browser, asked, "accept", expected_on="2026-03-03")
        assert (taken.status_code, taken.headers["Location"]) == (303, f"/inbox/{asked.id}?notice=accept")
        assert "Anda menerima orang ini" in browser.get(taken.headers["Location"]).text
        assert post(browser, asked, "no_show", note="Sudah ditunggu.").status_code == 303
        assert "Sudah 1 kali tidak datang" in browser.get(f"/inbox/{asked.id}").text
        assert post(browser, asked, "meet", happened_at="2026-03-02T09:30").status_code == 303
        assert (
            truth.one("select met_at at time zone 'Asia/Jakarta' from referrals").isoformat() == "2026-03-02T09:30:00"
        )
        assert post(browser, asked, "complete", reason="served").status_code == 303
        page = browser.get(f"/inbox/{asked.id}").text
        assert "Layanan selesai" in page and "tidak ditampilkan lagi" in page

    def test_a_no_says_what_follows_before_and_after(self, make: Make, reader, asked, receiver):
        browser = reader(receiver.user)
        page = browser.get(f"/inbox/{asked.id}").text
        for sentence in ("Penuh. Lembaga lain ditanya.", "Dicari lagi sesudah 7 hari.", "Pelapor ditanya dulu."):
            assert sentence in page
        answered = post(browser, asked, "decline", reason="full", note="Semua kamar terisi.")
        page = browser.get(answered.headers["Location"]).text
        assert "Anda tidak bisa menerima: Penuh" in page

    def test_what_is_wrong_comes_back_at_its_field_with_all_that_was_typed(self, make: Make, reader, asked, receiver):
        answered = post(reader(receiver.user), asked, "decline", note="Kamar <b>penuh</b>")
        assert answered.status_code == 409
        assert 'href="#decline-reason"' in problem(answered.text)
        assert 'id="decline-reason-error"' in answered.text
        assert "Kamar &lt;b&gt;penuh&lt;/b&gt;" in answered.text
        assert re.search(r"<details open>\s*<summary>Tidak bisa menerima", answered.text)

    @pytest.mark.parametrize("day", ["2026-03-01", "besok", "1999"])
    def test_a_day_that_cannot_be_is_refused(self, make: Make, reader, asked, receiver, truth, day: str):
        answered = post(reader(receiver.user), asked, "accept", expected_on=day)
        assert answered.status_code == 422
        assert 'id="accept-expected_on-error"' in answered.text
        assert truth.one("select state from offers") == "open"

    def test_a_meeting_is_no_plan(self, make: Make, reader, asked, receiver):
        accept(make, receiver, asked)
        browser = reader(receiver.user)
        for moment, status in (("", 409), ("2026-03-02T23:00", 422), ("kemarin", 422)):
            answered = post(browser, asked, "meet", happened_at=moment, note="Di pasar")
            assert (answered.status_code, 'id="meet-happened_at-error"' in answered.text) == (status, True)
            assert "Di pasar" in answered.text

    def test_an_answer_that_is_none_is_refused(self, make: Make, reader, asked, receiver):
        for verb in ("", "withdraw", "triage", "x"):
            assert post(reader(receiver.user), asked, verb).status_code == 422

    def test_no_place_is_left(self, make: Make, reader, desk, truth):
        receiver = shelter(make, places=1, allows_waiting=True)
        accept(make, receiver, offers(make, desk, triaged(make, desk).id)[0])
        asked = offer(make, desk, triaged(make, desk).id, receiver.service_id, reason="Menunggu saja.")
        answered = post(reader(receiver.user), asked, "accept", expected_on="2026-03-05")
        assert answered.status_code == 409
        assert "Tidak ada tempat kosong lagi" in problem(answered.text)
        assert 'value="2026-03-05"' in answered.text
        # Nothing of what was refused stays behind.
        assert truth.one("select expected_on from offers where id = :id", id=asked.id) is None

    def test_who_presses_twice_is_told_how_it_stands(self, make: Make, reader, asked, receiver, truth):
        browser = reader(receiver.user)
        version = version_on(browser.get(f"/inbox/{asked.id}").text)
        answers = [browser.post(f"/inbox/{asked.id}", verb="accept", version=version) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 409]
        assert "Keadaannya sudah berubah" in problem(answers[1].text)
        assert "Sudah bertemu orangnya?" in answers[1].text
        assert truth.one("select count(*) from referral_transitions where verb = 'accept'") == 1

    def test_a_colleague_who_comes_second_loses_no_word(self, make: Make, reader, asked, receiver):
        version = version_on(reader(receiver.user).get(f"/inbox/{asked.id}").text)
        colleague = reader(make.user("partner", organisation=receiver.office.code))
        accept(make, receiver, asked)
        answered = colleague.post(
            f"/inbox/{asked.id}", verb="decline", reason="full", note="Penuh besok", version=version
        )
        assert answered.status_code == 409
        assert "Penuh besok" in problem(answered.text)

    def test_an_offer_that_ran_out_says_so(self, make: Make, reader, asked, receiver, clock):
        version = version_on(reader(receiver.user).get(f"/inbox/{asked.id}").text)
        clock.move(hours=25)
        run_clocks()
        answered = reader(receiver.user).post(f"/inbox/{asked.id}", verb="accept", version=version)
        assert answered.status_code == 409
        assert "Tidak dijawab pada waktunya" in answered.text

    def test_into_the_line_and_whose_turn_it_is(self, make: Make, reader, desk, clock):
        receiver = shelter(make, places=1, allows_waiting=True)
        accept(make, receiver, offers(make, desk, triaged(make, desk).id)[0])
        ones = [offer(make, desk, triaged(make, desk).id, receiver.service_id, reason="Antre.") for _ in range(2)]
        browser = reader(receiver.user)
        assert post(browser, ones[0], "wait_list").status_code == 422
        for asked in ones:
            assert post(browser, asked, "wait_list", expected_on="2026-03-20").status_code == 303
            clock.move(minutes=1)
        second = browser.get(f"/inbox/{ones[1].id}").text
        assert "Nomor 2 dalam antrean." in second
        assert 'value="admit"' not in second and "yang di depannya" in second
        first = browser.get(f"/inbox/{ones[0].id}").text
        assert 'value="admit"' in first and "belum ada tempat yang ditahan" in first

    def test_a_line_that_is_not_kept_is_not_offered(self, make: Make, reader, asked, receiver):
        assert 'value="wait_list"' not in reader(receiver.user).get(f"/inbox/{asked.id}").text

    def test_a_handed_back_person_is_said_to_be_one(self, make: Make, reader, asked, receiver):
        accept(make, receiver, asked)
        browser = reader(receiver.user)
        answered = post(browser, asked, "hand_back", reason="no_longer_able")
        assert "Anda mengembalikan orangnya" in browser.get(answered.headers["Location"]).text


class TestAUpt:
    """Names the service standard."""

    @pytest.fixture
    def receiver(self, make: Make, desk):
        return home(make)

    def test_all_that_is_missing_is_said_at_once(self, make: Make, reader, asked, receiver):
        answered = post(reader(receiver.user), asked, "accept")
        assert answered.status_code == 409
        for name in ("spm_type", "spm_level", "recommending_organisation_id"):
            assert f'href="#accept-{name}"' in problem(answered.text)

    def test_the_office_of_the_place_is_chosen_already(self, make: Make, reader, asked, receiver, truth):
        page = reader(receiver.user).get(f"/inbox/{asked.id}").text
        jember = make.organisation("DINSOS-35.09").id
        assert f'<option value="{jember}" selected>' in page
        said = {"spm_type": "neglected_elderly", "spm_level": "province", "recommending_organisation_id": str(jember)}
        taken = post(reader(receiver.user), asked, "accept", **said)
        client = truth.one("select client_id from offers")
        assert f'href="/clients/{client}"' in reader(receiver.user).get(taken.headers["Location"]).text
        assert truth.one("select spm_type from offers") == "neglected_elderly"

    def test_in_an_emergency_a_reason_will_do(self, make: Make, reader, desk, receiver):
        routine = offers(make, desk, triaged(make, desk).id)[0]
        assert 'id="accept-reason"' not in reader(receiver.user).get(f"/inbox/{routine.id}").text
        asked = offers(make, desk, triaged(make, desk, urgency="emergency").id)[0]
        answered = post(reader(receiver.user), asked, "accept", reason="Tengah malam, belum ada surat.")
        assert answered.status_code == 303


class TestTheLink:
    """Without an account."""

    def test_the_page_says_who_asks_and_what(self, holder):
        page = holder.get().text
        assert "Dinas Sosial Kabupaten Jember meminta bantuan Anda" in page
        assert "Bisakah Anda menerima orang ini?" in page
        assert "Mbah Uji" not in page

    def test_the_desk_that_asks_is_one_press_away(self, make: Make, desk, holder, reader, receiver, asked):
        with make.acting(make.user("administrator")) as session:
            add_contact(session, desk.organisation_id, name="Meja triase", phone="0331-421-234")
            gone = add_contact(session, desk.organisation_id, name="Nomor lama", phone="0331-999-999")
            change_contact(session, gone, {"is_active": False})
        for page in (holder.get().text, reader(receiver.user).get(f"/inbox/{asked.id}").text):
            assert re.findall(r'href="tel:([^"]+)">([^<]+)<', page) == [("+62331421234", "0331 4212 34")]

    def test_from_the_yes_to_the_outcome(self, holder, truth):
        assert holder.post("accept").status_code == 303
        page = holder.get().text
        assert "Simpan tautan ini." in page and "/clients/" not in page
        assert holder.post("meet", happened_at="2026-03-02T09:30").status_code == 303
        done = holder.post("complete", reason="served")
        assert truth.one("select outcome from referrals") == "served"
        thanks = holder.browser.get(done.headers["Location"])
        assert thanks.status_code == 404
        assert "Terima kasih" in thanks.text and "Laki-laki" not in thanks.text

    def test_what_is_wrong_comes_back_with_all_that_was_typed(self, holder):
        answered = holder.post("decline", note="Kamar penuh")
        assert answered.status_code == 409
        assert 'href="#decline-reason"' in problem(answered.text)
        assert "Kamar penuh" in answered.text

    def test_no_name_in_title_or_address(self, make: Make, api, desk, told):
        page = Holder(make, api, desk, told()).get().text
        assert NAME in page
        assert NAME not in re.search(r"<title>.*?</title>", page, re.DOTALL)[0]
        assert [
            address for address in re.findall(r'(?:href|src|action)="([^"]+)"', page) if "Sukarmin" in address
        ] == []

    def test_a_disclosed_photo_is_shown_behind_the_link(self, make: Make, api, desk, told):
        holder = Holder(make, api, desk, told())
        photo = re.search(r'src="(/answers/[^"]+/photos/[^"]+)"', holder.get().text)[1]
        shown = holder.browser.get(photo)
        assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
        assert shown.headers["Content-Security-Policy"].startswith("sandbox")

    def test_nobody_keeps_or_finds_the_page(self, holder):
        headers = holder.get().headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"

    def test_opening_it_answers_nothing(self, holder, truth):
        for call in (holder.browser.get, holder.browser.head):
            call(f"{holder.at}?verb=accept&version=1&notice=accept")
        assert truth.all("select state from offers") == ["open"]

    def test_another_site_cannot_answer(self, holder, truth):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://jahat.example"}):
            form = {"verb": "accept", "version": "1"}
            assert holder.browser.post(holder.at, data=form, headers=headers).status_code == 403
        assert truth.all("select state from offers") == ["open"]

    def test_a_signed_in_reader_is_nobody_here(self, make: Make, reader, holder, truth):
        stranger = reader(make.caseworker())
        assert stranger.get(holder.at).status_code == 200
        assert stranger.post(holder.at, verb="decline", reason="full", version="1").status_code == 303
        assert truth.all("select answered_by from offers") == [None]

    @pytest.mark.parametrize("end", ["unknown", "expired", "revoked", "over"])
    def test_a_dead_link_tells_nothing_but_whom_to_call(self, make: Make, desk, asked, holder, clock, end: str):
        at = holder.at
        if end == "unknown":
            at = f"{holder.at[:-4]}AAAA"
        elif end == "expired":
            clock.move(hours=25)
        elif end == "revoked":
            with make.acting(desk) as session:
                link = service.answer_links_of(session, asked.referral_id, asked.id)[0]
                service.revoke_answer_link(session, asked.referral_id, asked.id, link.id)
        else:
            move(make, desk, asked.referral_id, "withdraw", reason="solved")
        for answered in (holder.browser.get(at), holder.browser.post(at, data={"verb": "accept", "version": "1"})):
            assert answered.status_code == 404
            assert str(inbox_wording.DEAD[end]) in answered.text
            assert ("Dinas Sosial Kabupaten Jember" in answered.text) == (end != "unknown")
            assert [
                word for word in ("Laki-laki", "Ambulu", "Penampungan", "Rumah Singgah") if word in answered.text
            ] == []

    def test_a_refused_look_is_in_the_trail_without_the_word(self, make: Make, holder, clock, truth):
        clock.move(hours=25)
        holder.get()
        rows = truth.all(
            "select resource, outcome, resource_id is not null, detail::text from audit_entries where outcome <> 'ok'"
        )
        assert [(resource, known) for resource, _outcome, known, _detail in rows] == [("answer_link", True)]
        assert holder.token not in str(rows)


class TestTheApi:
    """The same for programs."""

    def test_the_desk_makes_a_link_and_whoever_has_it_answers(self, make: Make, api, desk, asked):
        at = f"/referrals/{asked.referral_id}/offers/{asked.id}/links"
        made = api(desk).post(at).json
        token = made["url"].rpartition("/answers/")[2]
        seen = api.get(f"/answers/{token}")
        assert (seen.status_code, seen.json["step"], seen.json["allowed_verbs"]) == (
            200,
            "answer",
            ["accept", "decline"],
        )
        assert [name for name in seen.json if name.endswith("_id") or name == "id"] == []
        answered = api.post(
            f"/answers/{token}", {"answer": "decline", "reason": "full", "version": seen.json["version"]}
        )
        assert (answered.status_code, answered.json["state"], answered.json["snapshot"]) == (200, "declined", None)
        gone = api.get(f"/answers/{token}")
        assert (gone.status_code, gone.json["code"]) == (404, "link_answered")
        kept = api(desk).get(at).json["items"][0]
        assert (kept["id"], kept["holds"], "url" in kept) == (made["id"], False, False)

    def test_what_is_missing_is_named(self, make: Make, api, desk, asked):
        token = api(desk).post(f"/referrals/{asked.referral_id}/offers/{asked.id}/links").json["url"].rpartition("/")[2]
        for body, status in (({"answer": "decline"}, 409), ({"answer": "withdraw"}, 422), ({}, 422)):
            assert api.post(f"/answers/{token}", body).status_code == status
        stale = api.post(f"/answers/{token}", {"answer": "accept", "version": 99})
        assert (stale.status_code, stale.json["code"]) == (409, "changed")

    def test_a_link_is_ended_at_once(self, make: Make, api, desk, asked):
        at = f"/referrals/{asked.referral_id}/offers/{asked.id}/links"
        made = api(desk).post(at).json
        ended = api(desk).post(f"{at}/{made['id']}/revocation")
        assert (ended.status_code, ended.json["holds"]) == (201, False)
        assert api.get(f"/answers/{made['url'].rpartition('/')[2]}").json["code"] == "link_revoked"


def test_pages_stay_within_twelve_statements(make: Make, api, reader, desk, told, statements, clock):
    make_it = told()
    browser = reader(make.user("partner", organisation=_office(make, make_it)))
    assert len(statements(lambda: browser.get("/inbox"))) <= 12
    assert len(statements(lambda: browser.get("/inbox?view=ended"))) <= 12
    assert len(statements(lambda: browser.get(f"/inbox/{make_it.id}"))) <= 12
    holder = Holder(make, api, desk, make_it)
    assert len(statements(holder.get)) <= 12
    holder.post("accept")
    assert len(statements(holder.get)) <= 12


def test_a_upt_and_its_line_stay_within_twelve_statements(make: Make, reader, desk, statements):
    receiver = home(make, places=1, allows_waiting=True)
    accept(make, receiver, offers(make, desk, triaged(make, desk).id)[0])
    for _ in range(3):
        asked = offer(make, desk, triaged(make, desk).id, receiver.service_id, reason="Antre.")
        wait(make, receiver, asked, expected_on=date(2026, 3, 20))
    browser = reader(receiver.user)
    assert len(statements(lambda: browser.get("/inbox"))) <= 12
    assert len(statements(lambda: browser.get(f"/inbox/{asked.id}"))) <= 12


def test_every_code_has_words():
    assert set(inbox_wording.STEPS) == set(Step) == set(inbox_wording.VIEWS) - {""}
    assert set(inbox_wording.EMPTY) == set(inbox_wording.VIEWS)
    assert set(inbox_wording.decline_choices("urgent")) == set(DeclineReason)
    assert set(inbox_wording.hand_back_choices()) == set(HandBackReason)
    assert {Verb(verb) for verb in inbox_wording.NOTICES} == {verb for verbs in STEP_VERBS.values() for verb in verbs}


def _office(make: Make, asked) -> str:
    from kessos_case.access.models import Organisation

    with make.acting(make.user("administrator")) as session:
        return session.get_one(Organisation, asked.organisation_id).code
