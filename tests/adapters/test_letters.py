"""A letter is a PDF that a printer takes, a window shows the address of, and a screen reader reads."""

from __future__ import annotations

import asyncio
import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from segno import helpers, make_qr

from adapters.bank_account import BankAccount
from adapters.correspondence import Correspondent, Parcel
from adapters.letters.pdf import _fonts, _nothing_from_outside, laid_out, pdf_of
from adapters.letters.print_folder import PrintFolder
from adapters.mailbox import KeepingCourier, RememberedMailbox
from adapters.messages.catalogue import catalogue
from adapters.messages.composer import Composer
from adapters.messages.transfer_code import transfer_of
from dunning.errors import NotTaken
from tests.adapters.golden_letters import WRITERS, boxes_on, file_of, golden, page_of, said_on
from tests.adapters.letterboxes import a_letterbox, a_parcel
from tests.adapters.reading import EVERY, LOCALES
from tests.fakes.creditors import NORTHWIND, a_creditor
from tests.paper import on_paper

MM = 96 / 25.4  # the library counts in CSS pixels
IBAN = "NL02ABNA0123456789"


def office(folder: Path, mailbox: RememberedMailbox | None = None) -> Correspondent:
    courier = KeepingCourier(PrintFolder(folder), mailbox or RememberedMailbox(), NORTHWIND.email)
    return Correspondent(WRITERS["din-5008-b"], {"letter": courier})


def names_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


def a_page() -> Parcel:
    parcel = a_parcel("Acme\nHaven 3", channel="letter")
    return replace(parcel, message=replace(parcel.message, page="<!doctype html><html lang=en><title>T</title>Dear"))


# --- the sheets ------------------------------------------------------------------------------------------------------


@on_paper
@pytest.mark.parametrize("locale", LOCALES)
def test_the_last_notice_on_paper_says_what_is_kept_of_it(locale: str) -> None:
    assert golden(locale) == file_of(locale).read_text(encoding="utf-8")


def test_no_letter_is_kept_that_nobody_writes() -> None:
    kept = {file.stem.rpartition("-")[2] for file in file_of("en").parent.glob("final-on-paper-*.txt")}
    assert kept == set(catalogue())


@on_paper
@pytest.mark.parametrize(
    "window, left, right", [("din-5008-b", (20.0, 25.0), 105.0), ("nl-right", (105.0, 115.0), 190.0)]
)
def test_the_address_lies_in_the_window_and_the_text_below_it(window: Any, left: Any, right: float) -> None:
    """DIN 5008 form B: the address field is 45 to 90 mm from the top, and 20 to 105 mm from the left."""
    boxes = [box for box in boxes_on(laid_out(page_of("de", window)).pages[0]) if type(box).__name__ == "TextBox"]
    address = [box for box in boxes if box.text.strip() in {"Acme Boote GmbH", "Hafenstraße 3", "24103 Kiel"}]
    assert len(address) == 3
    for box in address:
        assert left[0] <= box.position_x / MM <= left[1]
        assert (box.position_x + box.width) / MM <= right
        assert 45 <= box.position_y / MM <= 90
    [subject] = [box for box in boxes if box.text.startswith("Letzte Mahnung")]
    assert subject.position_y / MM > 98


@on_paper
@pytest.mark.parametrize("locale", LOCALES)
def test_a_letter_tells_a_screen_reader_its_language_its_title_and_what_its_pictures_are(locale: str) -> None:
    page = page_of(locale)
    assert f'<html lang="{locale}"' in page
    assert all('alt="' in tag and 'alt=""' not in tag for tag in re.findall(r"<img[^>]*>", page))
    data = laid_out(page).write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=True)
    assert data.startswith(b"%PDF-1.7")
    assert f"/Lang ({locale})".encode() in data
    assert b"pdfuaid:part" in data
    assert b"/StructTreeRoot" in data
    assert b"/DisplayDocTitle true" in data


@pytest.mark.parametrize("message, locale", EVERY)
def test_every_message_is_a_page(message: str, locale: str) -> None:
    page = WRITERS["nl-right"].compose(a_letterbox(message, locale=locale), "letter").page
    assert page is not None
    assert "None" not in page
    assert "Haven 3" in page


def test_what_a_debtor_is_called_is_never_a_tag() -> None:
    letter = a_letterbox("final", name="<b>Eve</b>", address='<img src="http://evil.example/x">\nHaven 3')
    page = WRITERS["din-5008-b"].compose(letter, "letter").page
    assert page is not None
    assert "<b>Eve" not in page
    assert "<img src=&#34;http" not in page
    assert '<img src="http' not in page


@on_paper
def test_a_page_fetches_nothing_from_anywhere(tmp_path: Path) -> None:
    """A layout of the creditor's own that names a file or an address gets neither."""
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="20">hush</text></svg>')
    page = f'<!doctype html><html lang="en"><title>T</title><img alt="x" src="{secret.as_uri()}">'
    [sheet] = laid_out(page).pages
    assert "hush" not in " ".join(said_on(sheet))
    assert [box for box in boxes_on(sheet) if "Replaced" in type(box).__name__] == []


@on_paper
def test_every_sign_of_a_letter_can_be_read_and_no_letter_depends_on_the_one_before() -> None:
    """Fonts are cut to signs that are common here; a letter with others has its own."""
    pypdfium2 = pytest.importorskip("pypdfium2")
    before = pdf_of(page_of("de"), "one")
    letter = a_letterbox("final", name="Ωmega Łódź & Çağ", address="Хафен 3\nfinal office")
    page = WRITERS["din-5008-b"].compose(letter, "letter").page
    assert page is not None
    read = pypdfium2.PdfDocument(pdf_of(page, "two"))[0].get_textpage().get_text_bounded()
    assert {"Ωmega Łódź & Çağ", "Хафен 3", "final office"} <= {line.strip() for line in read.splitlines()}
    assert pdf_of(page_of("de"), "one") == before


@on_paper
def test_what_is_known_of_a_layout_changes_no_letter() -> None:
    """Styles are worked out once for all letters of a layout: languages, attributes and what a page hides differ."""
    from adapters.letters.sheet import Sheet  # noqa: PLC0415 - needs libpango

    own = '<!doctype html><html lang="{lang}"><title>T</title><style>{rule}</style><body>{body}</body></html>'
    rule = "@page { size: A5 } body { overflow: hidden; width: 50vw } b + i { color: red } i::after { content: 'x' }"
    pages = [page_of("de", "nl-right"), page_of("de"), page_of("fr")]
    for lang, body in (
        ("en", '<p style="color:#123456">a <b>b</b><i>c</i></p>'),
        ("nl", '<p style="color:#654321">a <i>b</i><b>c</b></p><p id="end">d</p>'),
        ("nl", "<style>p { margin: 5cm }</style><p>e</p>"),
        ("nl", "<p>e</p>"),
    ):
        pages.append(own.format(lang=lang, rule=rule, body=body))

    def written(page: str, *, anew: bool) -> bytes:
        sheet = Sheet(page, _nothing_from_outside(), _fonts())
        if anew:
            sheet.looks = None
        return bytes(sheet.laid_out(pdf_variant="pdf/ua-1").write_pdf(pdf_variant="pdf/ua-1"))

    plain = [written(page, anew=True) for page in pages]
    assert [written(page, anew=False) for page in pages] == plain
    assert [written(page, anew=False) for page in pages] == plain


@on_paper
def test_the_name_of_a_letter_stands_in_its_file() -> None:
    """In its last object: what the file finds by its place is before it."""
    data = pdf_of(page_of("en"), "a (name)")
    start = int(data[data.rindex(b"startxref") :].split()[1])
    assert b"/ID [(a \\(name\\)) (a \\(name\\))]" in data[start:]


@on_paper
def test_a_layout_of_the_creditors_own_may_be_as_loose_as_browsers_allow() -> None:
    loose = "<!doctype html><html lang=en><title>T</title><P>Dear&nbsp;Acme<br><ul><li>one<li>two</ul>"
    [sheet] = laid_out(loose).pages
    assert {"Dear Acme", "one", "two"} <= set(said_on(sheet))


# --- the code of a transfer ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind, remittance", [("invoice", ("", "INV-1")), ("rf", ("RF47INV1", "")), ("ogm", ("", "+++000/0000/00101+++"))]
)
def test_the_code_carries_the_amount_the_account_and_the_reference(kind: Any, remittance: tuple[str, str]) -> None:
    code = transfer_of(BankAccount("EUR", iban=IBAN, bic="ABNANL2A", reference=kind), "Northwind", 1015_50, "INV-1")
    assert code is not None
    assert (code.name, code.iban, code.bic, str(code.amount)) == ("Northwind", IBAN, "ABNANL2A", "1015.50")
    assert (code.reference, code.text) == remittance
    assert code.image.startswith("data:image/png;base64,")
    same = helpers.make_epc_qr(
        code.name, IBAN, code.amount, text=code.text or None, reference=code.reference or None, bic=code.bic, encoding=1
    )
    assert make_qr(code.said.replace(b"EUR1015.50", b"EUR1015.5"), error="m", boost_error=False) == same


@pytest.mark.parametrize(
    "account, demands",
    [
        (None, 100),
        (BankAccount("SEK", number="1"), 100),
        (BankAccount("EUR", number="1"), 100),
        (BankAccount("EUR", iban="CH4431999123000889012", reference="qrr"), 100),
        (BankAccount("EUR", iban=IBAN), 0),
        (BankAccount("EUR", iban=IBAN), 10**11),
    ],
)
def test_there_is_no_code_where_no_app_could_read_it(account: BankAccount | None, demands: int) -> None:
    assert transfer_of(account, "Northwind", demands, "INV-1") is None


def test_a_letter_in_another_currency_carries_no_code() -> None:
    creditor = a_creditor(accounts=(BankAccount("SEK", number="5555-1234"),))
    page = Composer(creditor, window="nl-right").compose(a_letterbox("final", currency="SEK"), "letter").page
    assert page is not None
    assert "data:image/" not in page


# --- the folder ------------------------------------------------------------------------------------------------------


@on_paper
async def test_a_letter_is_one_file_whose_name_tells_nothing(tmp_path: Path) -> None:
    mailbox = RememberedMailbox()
    sent = await office(tmp_path / "out", mailbox).send(a_letterbox("final"), "letter")
    [file] = (tmp_path / "out").iterdir()
    assert file.name == f"{sent}.pdf"
    assert re.fullmatch(r"[0-9a-f]{32}\.pdf", file.name)
    assert file.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0
    assert sent is not None
    assert await mailbox.get(sent) is not None


@on_paper
async def test_the_same_letter_again_is_the_same_file(tmp_path: Path) -> None:
    sender = office(tmp_path)
    first, again = await asyncio.gather(*[sender.send(a_letterbox("final"), "letter") for _ in range(2)])
    assert first == again
    assert names_in(tmp_path) == [f"{first}.pdf"]


@on_paper
async def test_a_folder_that_takes_nothing_is_a_channel_that_is_down(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("here is no folder")
    with pytest.raises(NotTaken, match=r"letters\.folder"):
        await office(blocked / "out").send(a_letterbox("final"), "letter")


@on_paper
async def test_a_letter_that_cannot_be_put_in_place_leaves_nothing_half(tmp_path: Path) -> None:
    parcel = a_page()
    (tmp_path / f"{parcel.id}.pdf").mkdir()
    with pytest.raises(NotTaken):
        await PrintFolder(tmp_path).deliver(parcel)
    assert names_in(tmp_path) == [f"{parcel.id}.pdf"]


async def test_a_message_without_a_page_is_not_taken_for_good(tmp_path: Path) -> None:
    with pytest.raises(NotTaken, match="no page"):
        await PrintFolder(tmp_path).deliver(a_parcel(channel="letter"))
