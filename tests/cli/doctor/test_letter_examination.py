"""The doctor says whether letters can be made, and whether their folder takes them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from adapters.letters.pdf import LettersMissing, expect_printable, is_printable
from adapters.pingen.fake.application import serve_fake
from adapters.settings import Settings
from adapters.settings.letters import LetterSettings
from cli.doctor.diagnosis import Diagnosis
from cli.doctor.letter_examination import examine_letters
from cli.exits import Exit, code_of
from tests.paper import on_paper


def of(folder: Path | None) -> Settings:
    return Settings(letters=LetterSettings(folder=folder))


@on_paper
async def test_a_folder_that_is_there_or_can_be_made_is_well(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "letters"):
        found = await examine_letters(of(folder))
        assert (found.well, found.found) == (True, f"as PDF into {folder}")
    assert not (tmp_path / "letters").exists()


@on_paper
async def test_a_folder_that_takes_nothing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    found = await examine_letters(of(file))
    assert (found.well, found.found, found.fix) == (
        False,
        f"{file}: takes no files",
        "another one in letters.folder",
    )


async def test_who_prints_no_letters_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    found = await examine_letters(of(None))
    assert (found.well, found.found) == (True, "none are printed; letters: mailbox")


@on_paper
async def test_pingen_is_asked_by_its_client_and_nothing_is_posted() -> None:
    async with serve_fake() as fake:
        books = fake.books
        client = {"organisation": books.organisation, "client_id": books.client_id, "api_base": fake.address}

        async def found(**changes: str) -> Diagnosis:
            said = {**client, "client_secret": books.client_secret, "signing_key": books.signing_key, **changes}
            return await examine_letters(
                Settings.model_validate({"pingen": said, "api": {"public_url": "https://dunning.example"}})
            )

        well = await found()
        assert (well.well, well.warns, well.found) == (True, False, f"pingen: {fake.address}")
        wrong = await found(client_secret="sesame")
        assert (wrong.well, wrong.found) == (False, f"{fake.address}: pingen access: answered 401")
        assert "pingen.client_id" in wrong.fix
        deaf = await examine_letters(
            Settings.model_validate({"pingen": {**client, "client_secret": books.client_secret}})
        )
        assert (deaf.well, deaf.warns) == (True, True)
        assert "pingen.signing_key" in deaf.fix
        assert not books.letters


@pytest.mark.parametrize("missing", ["weasyprint", "segno"])
async def test_what_is_missing_is_named_with_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    assert not is_printable()
    with pytest.raises(LettersMissing) as caught:
        expect_printable()
    assert code_of(caught.value) is Exit.MISSING
    found = await examine_letters(of(tmp_path))
    assert not found.well
    assert missing in found.found
    assert "dunning[letters]" in found.fix
    assert "libpango-1.0-0" in found.fix
