"""What a TKSK, the desk and a partner do that day, each by the words that stand on the page."""

from playwright.sync_api import Page, expect

from tests.pictures.people import GUEST, NEIGHBOUR, PARTNER, TKSK, TRIAGE, Cast
from tests.pictures.scene import Picture

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


def send_without_signal(page: Page, cast: Cast) -> None:
    page.context.set_offline(True)
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_text("Menunggu sinyal").first).to_be_visible()


def signal_again(page: Page, cast: Cast) -> None:
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#queue").get_by_text("Diterima", exact=True)).to_be_visible()
    cast.known["mbah"] = page.locator("#queue .look").first.get_attribute("href").rsplit("/", 1)[1]


def second_report(page: Page, cast: Cast) -> None:
    """The phone has no signal, and meanwhile the sign-in has ended."""
    page.get_by_label("Bagaimana keadaannya?").fill("Bingung, tidak tahu pulang ke mana, kaki luka.")
    page.get_by_label("Umur kira-kira").fill("40")
    page.get_by_label("Jenis kelamin").select_option(label="Laki-laki")
    page.get_by_label("Kecamatan").select_option(label="Jombang")
    page.get_by_label("Tempat persisnya").fill("Terminal Contoh")
    page.get_by_role("radio", name="Mendesak").check()
    page.get_by_label("Yang paling dibutuhkan").select_option(label="Pelayanan dalam panti")
    page.context.set_offline(True)
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_text("Menunggu sinyal").first).to_be_visible()
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#queue").get_by_text("Masuk dulu untuk mengirim")).to_be_visible()


def sign_in_to_send(page: Page, cast: Cast) -> None:
    cast.sign_in(TKSK, "/report")
    expect(page.locator("#queue").get_by_text("Diterima", exact=True)).to_be_visible()
    cast.known["terminal"] = page.locator("#queue .look").first.get_attribute("href").rsplit("/", 1)[1]


def open_report(key: str):
    """The desk finds it in its queue."""

    def do(page: Page, cast: Cast) -> None:
        page.goto(f"{cast.world.address}/referrals/{cast.known[key]}")

    return do


def ask(page: Page, cast: Cast) -> None:
    page.get_by_label("Pertanyaan kepada pelapor").fill(QUESTION)


def send_question(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Tanya pelapor").click()
    expect(page.get_by_text("Petugas bertanya kepada pelapor").first).to_be_visible()


def answer(page: Page, cast: Cast) -> None:
    page.get_by_label("Jawaban Anda").fill("Di sebelah loket. Ia sendirian, penjaga loket memberi makan.")


def send_answer(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.get_by_text("Menunggu jawaban petugas").first).to_be_visible()


def register(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Daftarkan").or_(page.get_by_role("link", name="Daftarkan")).first.click()
    page.wait_for_url("**/triage")


def see_candidates(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Daftarkan dan teruskan").click()
    page.wait_for_url(lambda url: not url.endswith("/triage"))
    page.goto(f"{cast.world.address}/referrals/{cast.known['mbah']}/candidates")
    page.get_by_text("Mengapa lembaga ini?").first.click()


def offer(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Tawarkan ke Contoh LKS Harapan").click()
    expect(page.get_by_text("Menunggu jawaban").first).to_be_visible()


def make_link(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Buat tautan jawaban").first.click()
    cast.known["link"] = page.locator("#link").input_value().rsplit("/", 1)[1]
    cast.known["offer"] = page.locator("article.offer").first.get_attribute("id").removeprefix("offer-")


def decline_reasons(page: Page, cast: Cast) -> None:
    page.get_by_text("Tidak bisa menerima", exact=True).click()


def accept(page: Page, cast: Cast) -> None:
    page.get_by_role("button", name="Terima orang ini").click()
    expect(page.get_by_text("Sudah bertemu orangnya?")).to_be_visible()


def meet(page: Page, cast: Cast) -> None:
    page.get_by_label("Kapan orangnya ditemui?").fill("2026-12-29T14:00")
    page.get_by_role("button", name="Catat: sudah ditemui").click()
    expect(page.get_by_text("Layanannya sudah selesai?")).to_be_visible()


def finish(page: Page, cast: Cast) -> None:
    page.get_by_role("radio", name="Sudah ditolong").check()
    page.get_by_role("button", name="Catat hasilnya").click()
    expect(page.get_by_text("Tawaran ini sudah berakhir")).to_be_visible()


FIELD = (
    Picture("masuk", GUEST, "/sign-in", type_name),
    Picture("tksk-lapor", TKSK, "/report", describe, height=1150, top="h1"),
    Picture("tksk-lapor-bawah", TKSK, top="#urgency", height=1000),
    Picture("tksk-tersimpan", TKSK, do=send_without_signal, height=300, top="h1"),
    Picture("tksk-menunggu-sinyal", TKSK, top="#queue-title", height=300),
    Picture("tksk-diterima", TKSK, do=signal_again, time="08:10", top="#queue-title", height=420),
    Picture("tksk-masuk-dulu", TKSK, "/report", second_report, time="08:20", top="#queue-title", height=420),
    Picture("tksk-laporan-saya", TKSK, "/report", lambda page, cast: (sign_in_to_send(page, cast), page.goto(f"{cast.world.address}/referrals?view=mine"))),
    Picture("triase-hari-ini", TRIAGE, "/", time="08:30"),
    Picture("triase-antrean", TRIAGE, "/referrals"),
    Picture("triase-tanya", TRIAGE, "/referrals/{terminal}", ask, top="#return-title", height=420),
    Picture("tksk-hari-ini", TKSK, "/", time="08:40"),
    Picture("triase-siapa", TRIAGE, "/referrals/{mbah}", time="08:45"),
    Picture("triase-daftar", TRIAGE, do=register),
    Picture("triase-lembaga", TRIAGE, do=see_candidates, height=1300),
    Picture("triase-tautan", TRIAGE, do=lambda page, cast: (offer(page, cast), make_link(page, cast))),
    Picture("mitra-hari-ini", PARTNER, "/", time="09:00"),
    Picture("mitra-daftar", PARTNER, "/inbox"),
    Picture("mitra-tawaran", PARTNER, "/inbox/{offer}", height=1200),
    Picture("mitra-jawab", PARTNER, do=decline_reasons, top="#ask-title", height=1200),
    Picture("mitra-tautan", NEIGHBOUR, "/answers/{link}"),
    Picture("mitra-temui", PARTNER, "/inbox/{offer}", accept, height=1000),
    Picture("mitra-hasil", PARTNER, do=meet, time="15:00", height=1000),
    Picture("mitra-selesai", PARTNER, do=finish),
    Picture("tksk-hasil", TKSK, "/referrals/{mbah}", time="15:30", top="#history-title", height=900),
)
