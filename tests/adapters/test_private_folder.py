"""The files of an installation are its owner's alone: those that are made, and those that were open."""

from __future__ import annotations

import stat
from pathlib import Path

from adapters.private_folder import open_to_others, private_folder
from adapters.secret import read_or_make_secret


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_is_made_for_its_owner(tmp_path: Path) -> None:
    assert mode(private_folder(tmp_path / "one" / "two")) == 0o700


def test_a_folder_and_files_that_were_open_are_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(0o755)
    (folder / "dunning.db").touch(0o644)
    (folder / "run.sh").touch(0o755)
    (folder / "elsewhere").symlink_to(tmp_path / "not-ours")
    (tmp_path / "not-ours").touch(0o644)
    folder.chmod(0o755)
    assert {path.name for path in open_to_others(folder)} >= {"data", "run.sh"}

    private_folder(folder)

    assert list(open_to_others(folder)) == []
    assert (mode(folder), mode(folder / "dunning.db"), mode(folder / "run.sh")) == (0o700, 0o600, 0o700)
    assert mode(tmp_path / "not-ours") & 0o600 == 0o600


def test_the_secret_is_in_a_folder_of_its_owner(tmp_path: Path) -> None:
    read_or_make_secret(tmp_path / "data")
    assert list(open_to_others(tmp_path / "data")) == []
