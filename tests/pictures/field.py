"""What a TKSK, the desk and a partner do that day, each by the words that stand on the page."""

from datetime import datetime

from playwright.sync_api import Page, expect

from tests.pictures.people import GUEST, NEIGHBOUR, PARTNER, PROVINCE, TKSK, TRIAGE, Cast
from tests.pictures.scene import Picture
from tests.pictures.world import DAY

# The reports of this day: one told at length, one without a name, one about somebody who may be registered.
REPORTS = ("mbah", "terminal", "known")
QUESTION = "Di sebelah mana terminal? Apakah ia ditemani orang?"


def type_name(page: Page, cast: Cast) -> None:
    page.get_by_label("Nama pengguna").fill(TKSK)
    page.get_by_label("Kata sandi").fill("rahasia")


def describe(page: Page, cast: Cast) -> None:
    page.get_by_label("Nama (kosongkan kalau tidak tahu)").fill("Mbah Contoh Sumi")
    page.get_by_label("Umur kira-kira").fill("74")
    page.get_by_label("Jenis kelamin").select_option(label="Perempuan")
    page.get_by_label("Bagaimana keadaannya?").fill("Lemas, tinggal sendiri, sudah dua hari tidak makan.")
    page.get_by_label("Kecamatan").select_option(label="Jombang")
    page.get_by_label("Tempat persisnya").fill("Rumah kecil di belakang Pasar Contoh")
    page.get_by_role("button", name="Pakai lokasi HP ini").click()
    expect(page.get_by_text("Lokasi HP ini ikut dikirim")).to_be_visible()
    page.get_by_role("radio", name="Mendesak").check()
    page.get_by_label("Yang paling dibutuhkan").select_option(label="Permakanan")
    page.get_by_text("Keterangan lain (boleh dilewati)").click()
    for told in ("Nama", "Keadaan", "Tempat"):
        page.get_by_role("checkbox", name=told).first.check()


def received(page: Page, cast: Cast, name: str) -> None:
    """Remember by this name what the office has received as the newest report of this phone, which keeps no words of it."""
    reports = [known for key, known in cast.known.items() if key in REPORTS]
    links = page.locator("#queue .look:visible")
    expect(links).to_have_count(len(reports) + 1)
    ids = [str(link.get_attribute("href")).rsplit("/", 1)[1] for link in links.all()]
    cast.known[name] = next(one for one in ids if one not in reports)


def send_without_signal(page: Page, cast: Cast) -> None:
    page.context.set_offline(True)
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_text("Menunggu sinyal").first).to_be_visible()


def signal_again(page: Page, cast: Cast) -> None:
    page.context.set_offline(False)
    page.reload()
    received(page, cast, "mbah")


def fill(page: Page, *, name: str, age: str, sex: str, condition: str, place: str) -> None:
    page.get_by_label("Nama (kosongkan kalau tidak tahu)").fill(name)
    page.get_by_label("Umur kira-kira").fill(age)
    page.get_by_label("Jenis kelamin").select_option(label=sex)
    page.get_by_label("Bagaimana keadaannya?").fill(condition)
    page.get_by_label("Kecamatan").select_option(label="Jombang")
    page.get_by_label("Tempat persisnya").fill(place)
    page.get_by_role("radio", name="Mendesak").check()
    page.get_by_label("Yang paling dibutuhkan").select_option(label="Pelayanan dalam panti")


def second_report(page: Page, cast: Cast) -> None:
    """The phone has no signal, and meanwhile the sign-in has ended."""
    # Of two reports written in the same instant either may stand above.
    page.context.clock.set_fixed_time(datetime.fromisoformat(f"{DAY}T08:18:00+07:00"))
    page.reload()
    fill(page, name="", age="40", sex="Laki-laki", condition="Bingung, kaki luka.", place="Terminal Contoh")
    page.context.set_offline(True)
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_text("Menunggu sinyal").first).to_be_visible()
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#queue").get_by_text("Masuk dulu untuk mengirim")).to_be_visible()


def sign_in_to_send(page: Page, cast: Cast) -> None:
    cast.sign_in(TKSK, "/report")
    received(page, cast, "terminal")


def third_report(page: Page, cast: Cast) -> None:
    """Somebody who may be registered; her name is taken from the desk's own list."""
    desk = cast.go(TRIAGE, "/clients")
    name = desk.locator("main article a, main .card a").first.inner_text()
    sign_in_to_send(page, cast)
    fill(page, name=name, age="20", sex="Perempuan", condition="Demam.", place="Balai Desa Contoh")
    page.get_by_role("button", name="Kirim laporan").click()
    received(page, cast, "known")
    page.goto(f"{cast.world.address}/referrals?view=mine")


def matched(page: Page, cast: Cast) -> None:
    """The worker looks for her in the register; that takes a moment."""
    for _again in range(60):
        if page.get_by_text("Mungkin orang ini sudah terdaftar").count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError("nobody was found to be like her")


def ask(page: Page, cast: Cast) -> None:
    page.get_by_label("Pertanyaan kepada pelapor").fill(QUESTION)


def put_question(page: Page, cast: Cast) -> None:
    """The desk asks; the TKSK types an answer."""
    desk = cast.page(TRIAGE)
    desk.get_by_role("button", name="Tanya pelapor").click()
    expect(desk.get_by_text("Petugas bertanya kepada pelapor").first).to_be_visible()
    page.reload()
    page.get_by_label("Jawaban Anda").fill("Di sebelah loket. Ia sendirian, penjaga loket memberi makan.")


def answer(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_text("Menunggu jawaban petugas").first).to_be_visible()


def register(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Daftarkan").first.click()
    page.wait_for_url("**/triage")


def pass_on(page: Page, cast: Cast) -> None:
    """Nobody has asked her yet, and she cannot wait: the program offers to whom it suits best, without a name."""
    page.get_by_role("radio", name="Belum ditanyakan").check()
    page.get_by_role("button", name="Daftarkan dan teruskan").click()
    page.wait_for_url("**/candidates?*")


def call_him_something(page: Page, cast: Cast) -> None:
    page.get_by_label("Sebutan kalau namanya tidak diketahui").fill("Bapak di Terminal Contoh")
    for told in ("Keadaan", "Tempat"):
        page.get_by_role("checkbox", name=told).check()
    pass_on(page, cast)
    page.get_by_text("Mengapa lembaga ini?").first.click()


def offer_elsewhere(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Tawarkan ke Balai Pelayanan dan Rehabilitasi Sosial PMKS Sidoarjo").click()
    expect(page.get_by_text("Sudah ditawarkan.")).to_be_visible()


def consent(page: Page, cast: Cast) -> None:
    """The person was registered a moment ago, and stands on top of the list."""
    page.get_by_role("link", name="Mbah Contoh Sumi").click()
    page.get_by_role("link", name="Catat atau cabut izin").click()
    page.get_by_role("radio", name="Data diri boleh diberikan kepada lembaga yang menolong").check()
    page.get_by_role("radio", name="Ucapan di depan saksi").check()
    page.get_by_label("Tanggal").first.fill(DAY)


def offer_again(page: Page, cast: Cast) -> None:
    """Now that it may be told who she is."""
    page.get_by_role("button", name="Catat izin").click()
    expect(page.get_by_text("Izin sudah dicatat.")).to_be_visible()
    cast.go(TRIAGE, "/referrals/{mbah}/candidates")
    page.get_by_text("Tarik tawaran ini").click()
    page.get_by_label("Alasan").first.fill("Izinnya baru dicatat.")
    page.get_by_role("button", name="Tarik tawaran").click()
    page.get_by_role("button", name="Tawarkan ke Contoh LKS Harapan").click()
    expect(page.get_by_text("Sudah ditawarkan.")).to_be_visible()
    make_link(page, cast)


def make_link(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Buat tautan jawaban").first.click()
    cast.known["link"] = page.locator("#link").input_value().rsplit("/", 1)[1]
    # A real link opens a real offer: none lies in a picture.
    page.locator("#link").evaluate("link => { link.value = 'https://kessos.contoh.go.id/answers/…' }")
    cast.known["offer"] = page.locator("article.offer").first.get_attribute("id").removeprefix("offer-")


def decline_reasons(page: Page, cast: Cast) -> None:
    page.get_by_text("Tidak bisa menerima", exact=True).click()


def accept(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Terima orang ini").click()
    expect(page.get_by_text("Sudah bertemu orangnya?")).to_be_visible()


def meet(page: Page, cast: Cast) -> None:
    page.get_by_label("Kapan orangnya ditemui?").fill("2026-12-29T10:15")
    page.get_by_role("button", name="Catat: sudah ditemui").click()
    expect(page.get_by_text("Layanannya sudah selesai?")).to_be_visible()


def finish(page: Page, cast: Cast) -> None:
    page.get_by_role("radio", name="Sudah ditolong").check()
    page.get_by_role("button", name="Catat hasilnya").click()
    expect(page.get_by_text("Tawaran ini sudah berakhir")).to_be_visible()


def record_of(page: Page, cast: Cast) -> None:
    page.get_by_role("link", name="Bagaimana kerja samanya selama ini").click()
    expect(page.get_by_role("heading", name="Catatan kerja sama")).to_be_visible()


MORNING = (
    Picture("masuk", GUEST, "/sign-in", type_name),
    Picture("tksk-hari-ini", TKSK, "/"),
    Picture("tksk-lapor", TKSK, "/report", describe, top="#form", height=1000),
    Picture("tksk-lapor-bawah", TKSK, top="#urgency", height=1000),
    Picture("tksk-tersimpan", TKSK, do=send_without_signal, top="h1", height=300),
    Picture("tksk-menunggu-sinyal", TKSK, top="#queue-title", height=300),
    Picture("tksk-diterima", TKSK, do=signal_again, time="08:10", top="#queue-title", height=300),
    Picture("tksk-masuk-dulu", TKSK, "/report", second_report, time="08:20", top="#queue-title", height=420),
    Picture("tksk-laporan-saya", TKSK, "/report", third_report, top="h1", height=900),
    Picture("triase-hari-ini", TRIAGE, "/", time="08:30"),
    Picture("triase-antrean", TRIAGE, "/referrals"),
    Picture("triase-siapa", TRIAGE, "/referrals/{known}", matched),
    Picture("triase-tanya", TRIAGE, "/referrals/{terminal}", ask, top="#return-title", height=320),
    Picture("tksk-ditanya", TKSK, "/referrals/{terminal}", put_question, time="08:35", top="h1", height=560),
    Picture("tksk-menjawab", TKSK, do=answer, time="08:40", top="h1", height=420),
    Picture("triase-daftar", TRIAGE, "/referrals/{mbah}", register, time="08:45"),
    Picture("triase-ditawarkan", TRIAGE, do=pass_on),
    Picture("triase-izin", TRIAGE, "/clients", consent),
    Picture("triase-tautan", TRIAGE, do=offer_again, time="08:50"),
    Picture("triase-lembaga", TRIAGE, "/referrals/{terminal}/triage", call_him_something, height=1150),
    Picture("mitra-hari-ini", PARTNER, "/", time="09:00"),
    Picture("mitra-daftar", PARTNER, "/inbox", top="h1"),
    Picture("mitra-tawaran", PARTNER, "/inbox/{offer}", top="h1", height=820),
    Picture("mitra-jawab", PARTNER, do=decline_reasons, top="#ask-title", height=1000),
    Picture("mitra-tautan", NEIGHBOUR, "/answers/{link}"),
    Picture("mitra-temui", PARTNER, "/inbox/{offer}", accept, time="09:10", top="h1", height=760),
    Picture("mitra-hasil", PARTNER, do=meet, time="10:30", top="#ask-title", height=760),
    Picture("mitra-selesai", PARTNER, do=finish, time="10:35", top="h1", height=420),
    Picture("mitra-lembaga", PARTNER, "/partners/own", top="h1", height=1000),
    Picture("mitra-catatan", PARTNER, do=record_of, top="h1", height=1000),
    Picture("triase-direktori", TRIAGE, "/partners"),
    Picture("triase-peta-mitra", PROVINCE, "/reports/strength", top=".tile-map", height=560),
    Picture("triase-peta-kurang", PROVINCE, "/reports/unmet?show=entered", height=1150),
    Picture("tksk-hasil", TKSK, "/referrals/{mbah}", time="10:40", top="#history-title", height=760),
)
