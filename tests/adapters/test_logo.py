"""A logo travels with the message: it is shown from within it, and nothing is fetched from anywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from adapters.correspondence import Parcel
from adapters.email_message import as_email, email_address
from adapters.logo import LARGEST, Logo, read_logo
from adapters.messages.composer import Composer
from dunning.errors import NotAllowed
from tests.adapters.letterboxes import a_letterbox
from tests.adapters.reading import html_of
from tests.fakes.creditors import a_creditor

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def test_a_logo_stands_at_the_head_of_the_page_and_within_the_message(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PNG)
    creditor = a_creditor(logo=read_logo(tmp_path / "logo.png"))
    written = Composer(creditor).compose(a_letterbox("friendly"), "email")
    assert written.logo is not None
    assert f'src="{written.logo.address}" alt="Northwind Studio B.V."' in html_of(written)
    recipient = email_address("ap@acme.example")
    assert recipient is not None
    parcel = Parcel("id-1", "email", "ap@acme.example", written, datetime(2026, 3, 10, tzinfo=UTC), "INV-1", "friendly")
    written_out = as_email(parcel, recipient, creditor).as_bytes()
    message = message_from_bytes(written_out, policy=policy.default)
    images = [part for part in message.walk() if part.get_content_maintype() == "image"]
    assert [part["Content-ID"] for part in images] == [f"<{written.logo.name}>"]
    assert images[0].get_content() == PNG
    assert as_email(parcel, recipient, creditor).as_bytes() == written_out  # the same parcel, the same bytes


def test_a_letter_and_a_text_message_carry_no_logo() -> None:
    creditor = a_creditor(logo=Logo("png", PNG))
    for channel in ("letter", "sms"):
        assert Composer(creditor).compose(a_letterbox("friendly"), channel).logo is None


@pytest.mark.parametrize("data", [b"<svg/>", b"", PNG + b"\x00" * LARGEST])
def test_what_is_no_image_or_too_large_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "logo").write_bytes(data)
    with pytest.raises(NotAllowed, match="a PNG, JPEG or GIF of at most 100,000 bytes"):
        read_logo(tmp_path / "logo")
    with pytest.raises(NotAllowed, match="No such file"):
        read_logo(tmp_path / "nowhere")


@pytest.mark.parametrize("accent, fits", [("#1d6a52", True), ("#ffee88", False), ("green", False), ("#12", False)])
def test_a_colour_is_one_on_which_white_can_be_read(accent: str, fits: bool) -> None:  # noqa: FBT001 - of the table
    if fits:
        assert accent in html_of(Composer(a_creditor(accent=accent)).compose(a_letterbox("final"), "email"))
    else:
        with pytest.raises(NotAllowed, match=r"creditor\.accent: found .*; allowed a colour such as #1d6a52"):
            a_creditor(accent=accent)
