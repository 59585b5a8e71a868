"""A real collections process, replayed: the excerpt beside this file, and made-up fines for the days around a rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from adapters.policies import read_policies
from bench.traffic_fines.command import app
from bench.traffic_fines.comparison import compare_with_file
from bench.traffic_fines.fine import Activity, Fine
from bench.traffic_fines.fine_files import COLUMNS, PENALTY, FinesMistake, read_fines
from bench.traffic_fines.replay import Replay, replay_on_core
from bench.traffic_fines.standing import standing
from bench.traffic_fines.stories import FineStory, fine_stories
from cli.main import run
from tests.docs.pages import page

EXCERPT = Path(__file__).with_name("excerpt.csv")
PAGE = page("docs/how-to/replay-traffic-fines.md")
LAST = date(2012, 3, 26)
HEADER = ",".join(COLUMNS)

CREATED = "2007-03-22,Create Fine,22.0,,0.0,NIL"
SENT = "2007-08-02,Send Fine,,13.0,,"
NOTIFIED = "2007-08-09,Insert Fine Notification,,,,"
PENALISED = "2007-10-08,Add penalty,44.0,,,"


def paid(on: str, total: str) -> str:
    return f"{on},Payment,,,{total},"


def written(folder: Path, *rows: str, case: str = "A1") -> Path:
    file = folder / "fines.csv"
    file.write_text("\n".join([HEADER, *(f"{case},{row}" for row in rows)]) + "\n")
    return file


def stories(file: Path) -> tuple[FineStory, ...]:
    made, wrong = fine_stories(read_fines(file), read_policies(PENALTY))
    assert not wrong
    return made


def replayed(folder: Path, *rows: str) -> Replay:
    (story,) = stories(written(folder, *rows))
    return replay_on_core(story, LAST)


def excerpt() -> dict[str, Replay]:
    return {story.fine.id: replay_on_core(story, LAST) for story in stories(EXCERPT)}


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs the study as its program does: an exit code, and what it says on stdout and on stderr."""
    return lambda *arguments: (run([str(argument) for argument in arguments], app), *capsys.readouterr())


# The penalty


@pytest.mark.parametrize(
    "notified, falls",
    [
        ("2007-08-09", "2007-10-08"),
        ("2007-10-26", "2007-12-25"),  # on Christmas Day
        ("2008-01-30", "2008-03-30"),  # on the Sunday on which the clocks change, over a leap day
        ("2008-08-27", "2008-10-26"),  # and back
    ],
)
def test_the_penalty_falls_sixty_days_after_the_notification_whatever_day_that_is(
    tmp_path: Path, notified: str, falls: str
) -> None:
    replay = replayed(
        tmp_path, CREATED, SENT, f"{notified},Insert Fine Notification,,,,", f"{falls},Add penalty,44.0,,,"
    )

    assert replay.authority.penalty_on == replay.foreseen_on == date.fromisoformat(falls)
    assert replay.authority.penalty == 2200
    assert compare_with_file([replay]).differences == ()


@pytest.mark.parametrize("fine, total", [
    ("21.0", "42.5"), ("22.0", "44.0"), ("23.0", "46.0"), ("35.0", "71.5"), ("36.0", "74.0"), ("71.0", "143.0"),
    ("74.0", "148.0"),
])  # fmt: skip
def test_how_much_it_is_depends_on_the_fine(tmp_path: Path, fine: str, total: str) -> None:
    created = f"2007-03-22,Create Fine,{fine},,0.0,NIL"

    replay = replayed(tmp_path, created, SENT, NOTIFIED, f"2007-10-08,Add penalty,{total},,,")

    assert compare_with_file([replay]).differences == ()


def test_a_fine_that_was_never_notified_has_no_penalty(tmp_path: Path) -> None:
    replay = replayed(tmp_path, CREATED, SENT)

    assert (replay.foreseen_on, replay.authority.penalty_on, replay.authority.closed) == (None, None, None)
    assert replay.authority.left == 2200 + 1300


def test_whoever_pays_the_day_before_has_no_penalty_and_no_notice(tmp_path: Path) -> None:
    replay = replayed(tmp_path, CREATED, SENT, NOTIFIED, paid("2007-10-07", "35.0"))

    assert (replay.authority.penalty_on, replay.authority.notices) == (None, ())
    assert (replay.authority.closed, replay.authority.left) == ("paid", 0)


def test_a_payment_that_the_file_puts_after_the_penalty_of_its_day_comes_after_it(tmp_path: Path) -> None:
    replay = replayed(tmp_path, CREATED, SENT, NOTIFIED, PENALISED, paid("2007-10-08", "35.0"))

    assert replay.authority.penalty_on == date(2007, 10, 8)
    assert replay.authority.left == 2200


def test_part_of_the_money_does_not_stop_the_penalty(tmp_path: Path) -> None:
    replay = replayed(tmp_path, CREATED, SENT, NOTIFIED, paid("2007-10-07", "34.99"), PENALISED)

    assert replay.authority.penalty_on == date(2007, 10, 8)
    assert replay.authority.left == 1 + 2200


# What is left


def test_a_total_that_the_file_repeats_is_one_payment() -> None:
    replay = excerpt()["A20114"]

    assert replay.authority.left == 3600 + 1300 + 3800 - 17200
    assert replay.authority.left == replay.story.fine.left


def test_nothing_is_left_of_a_fine_that_was_dismissed() -> None:
    replay = excerpt()["A10001"]

    assert (replay.authority.left, replay.authority.closed) == (0, "credited")
    assert replay.authority.penalty_on == date(2007, 9, 23)


def test_what_was_not_paid_is_handed_over_on_its_day() -> None:
    replay = excerpt()["A100"]

    assert replay.authority.closed == "handed-off"
    assert replay.authority.left == 3500 + 1100 + 3650
    assert replay.authority.journal[-1].startswith("2009-03-30T12:04 closed handed-off")


def test_every_fine_of_the_excerpt_is_as_the_file_says_or_was_paid_before_its_penalty() -> None:
    found = compare_with_file(list(excerpt().values()))

    assert found.differences == ()
    assert {one for check in found.checks for one in check.spared} >= {"A17617", "A18543"}
    assert "something left" not in found.standing


@pytest.mark.parametrize("case, how", [
    ("A1", "something left, but never notified"),
    ("A100", "handed over to collection"),
    ("A10001", "dismissed"),
    ("A10007", "paid in full"),
    ("A20114", "paid too much"),
    ("A10018", "fine and postage paid, the penalty let go"),
    ("A10249", "appeal rejected, and twice the fine with postage paid: the rest let go"),
    ("A17158", "something left, appeal without an end"),
])  # fmt: skip
def test_the_file_shows_how_a_fine_stands_in_the_end(case: str, how: str) -> None:
    fines = {fine.id: fine for fine in read_fines(EXCERPT)}

    assert standing(fines[case]) == how


# Our rules


def test_the_authority_does_not_wait_for_an_appeal_but_we_do() -> None:
    replay = excerpt()["A10001"]  # dismissed on the day after the penalty

    assert replay.authority.penalty_on == date(2007, 9, 23)
    assert (replay.ours.penalty_on, replay.ours.notices, replay.ours.closed) == (None, (), "credited")


def test_after_a_rejected_appeal_our_penalty_comes_the_day_after_the_answer() -> None:
    replay = excerpt()["A22043"]  # told on 26 September that the appeal was rejected

    assert replay.authority.penalty_on == date(2008, 8, 8)
    assert replay.ours.penalty_on == date(2008, 9, 27)


def test_an_appeal_that_was_answered_before_the_penalty_spares_nobody() -> None:
    replay = excerpt()["A15866"]

    assert replay.ours.penalty_on == replay.authority.penalty_on == date(2008, 3, 8)


def test_an_appeal_after_the_penalty_spares_nobody() -> None:
    replay = excerpt()["A10249"]

    assert replay.ours.penalty_on == replay.authority.penalty_on


def test_who_had_paid_in_full_is_spared_and_differs_from_the_file_by_the_penalty_alone() -> None:
    replay = excerpt()["A18543"]
    found = compare_with_file([replay])

    assert replay.authority.closed == "paid"
    assert replay.authority.left == replay.story.fine.left - replay.story.fine.penalty
    assert (found.paid_up, found.spared, found.differences) == (("A18543",), ("A18543",), ())


# Differences


def test_a_penalty_on_another_day_is_a_difference(tmp_path: Path) -> None:
    replay = replayed(tmp_path, CREATED, SENT, NOTIFIED, "2007-10-09,Add penalty,44.0,,,")

    assert "A1: found 2007-10-08; the file says 2007-10-09" in compare_with_file([replay]).differences


def test_a_penalty_of_another_amount_is_a_difference(tmp_path: Path) -> None:
    replay = replayed(tmp_path, CREATED, SENT, NOTIFIED, "2007-10-08,Add penalty,45.0,,,")

    assert "A1: found 22.00; the file says 23.00" in compare_with_file([replay]).differences


def test_a_penalty_that_the_file_does_not_have_is_a_difference(tmp_path: Path) -> None:
    replay = replayed(tmp_path, CREATED, SENT, NOTIFIED)

    assert "A1: found 2007-10-08; the file says nothing" in compare_with_file([replay]).differences


def test_a_notice_to_somebody_who_had_paid_is_a_difference(tmp_path: Path) -> None:
    replay = replayed(tmp_path, CREATED, SENT, NOTIFIED, paid("2007-10-07", "35.0"))
    dunned = replace(replay, authority=replace(replay.authority, notices=(date(2007, 10, 8),)))

    assert compare_with_file([dunned]).differences == (
        "A1: found a notice on 2007-10-08; the file says that nothing was owed",
    )


def test_another_engine_must_write_the_same_lines(tmp_path: Path) -> None:
    core = replayed(tmp_path, CREATED, SENT, NOTIFIED, PENALISED)
    late = tuple(line.replace("T00:00", "T01:00") for line in core.authority.journal)
    other = replace(core, authority=replace(core.authority, journal=late))

    (difference,) = compare_with_file([other], core=[core]).differences

    assert difference.startswith("A1: found 2007-10-08T01:00 fee")
    assert compare_with_file([core], core=[core]).differences == ()


# The file


@pytest.mark.parametrize("rows, told", [
    (["2007-02-30,Create Fine,22.0,,0.0,NIL"], "2: date: found 2007-02-30; allowed a day such as 2007-03-22"),
    (["22-03-2007,Create Fine,22.0,,0.0,NIL"], "2: date: found 22-03-2007; allowed a day such as 2007-03-22"),
    (["2007-03-22,Create Fine,,,0.0,NIL"], "2: amount: found nothing; allowed euros above 0 such as 36.0 or 49.25"),
    (["2007-03-22,Create Fine,-22.0,,0.0,NIL"], "2: amount: found -22.0; allowed euros above 0 such as 36.0 or 49.25"),
    (["2007-03-22,Create Fine,22.005,,0.0,NIL"], "2: amount: found 22.005; allowed euros above 0"),
    (["2007-03-22,Create Fine,22.0,,5.0,NIL"], "2: total_paid: found 5.0; allowed 0.0 on Create Fine"),
    (["2007-03-22,Create Fine,22.0,,0.0,none"], "2: dismissal: found none; allowed NIL, # (the prefecture)"),
    ([CREATED, "2007-08-02,Sent Fine,,13.0,,"], "3: activity: found Sent Fine; allowed Create Fine, Send Fine,"),
    ([CREATED, "2007-08-02,Send Fine,13.0,,,"], "3: amount: found 13.0; allowed nothing on Send Fine"),
    ([CREATED, "2007-08-02,Send Fine,,13.0,"], "3: found 6 cells; allowed 7, as in the header"),
    ([CREATED, "2007-08-02,Send Fine,,13.0,,#"], "3: dismissal: found #; allowed nothing on Send Fine"),
    ([SENT], "2: activity: found Send Fine; allowed Create Fine as the first of a fine"),
    ([CREATED, CREATED], "3: activity: found a second Create Fine; allowed one for each fine"),
    ([CREATED, paid("2007-03-21", "22.0")], "3: date: found 2007-03-21; allowed 2007-03-22, the day of the row before"),
    ([CREATED, paid("2007-03-23", "22.0"), paid("2007-03-24", "21.0")], "4: total_paid: found 21.00; allowed 22.00"),
    ([CREATED, "2007-10-08,Add penalty,22.0,,,"], "3: amount: found 22.00; allowed a new total above the fine"),
    ([], "found no rows; allowed a header and at least one fine"),
])  # fmt: skip
def test_a_bad_row_is_named_with_what_is_allowed(tmp_path: Path, rows: Sequence[str], told: str) -> None:
    with pytest.raises(FinesMistake) as raised:
        read_fines(written(tmp_path, *rows))

    assert told in str(raised.value)


def test_every_bad_row_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FinesMistake) as raised:
        read_fines(written(tmp_path, "tomorrow,Create Fine,22.0,,0.0,NIL", "2007-08-02,Send Fine,,much,,"))

    assert [problem.line for problem in raised.value.problems] == [2, 3]


def test_a_bad_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(FinesMistake, match=r"2: case_id: found A 1; allowed letters"):
        read_fines(written(tmp_path, CREATED, case="A 1"))


@pytest.mark.parametrize("text", ["", "case,when\n", HEADER.replace(",", ";")])
def test_another_header_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "fines.csv"
    file.write_text(text)

    with pytest.raises(FinesMistake, match=f"1: header: found .*; allowed {HEADER}"):
        read_fines(file)


def test_a_fine_that_no_policy_takes_is_told(tmp_path: Path) -> None:
    fines = read_fines(written(tmp_path, "2007-03-22,Create Fine,50.0,,0.0,NIL"))

    _, (problem,) = fine_stories(fines, read_policies(PENALTY))

    assert str(problem).startswith("amount: found 50.00; allowed a fine that a policy takes: 21.00; 22.00")
    assert problem.line == 2


def test_a_letter_that_is_no_dismissal_changes_nothing(tmp_path: Path) -> None:
    (fine,) = read_fines(written(tmp_path, "2007-03-22,Create Fine,22.0,,0.0,N"))

    assert (fine.dismissed, fine.left) == (None, 2200)


# The command


def test_the_command_tells_what_it_found_and_ends_with_0(command: Command) -> None:
    code, said, _ = command(EXCERPT)

    assert code == 0
    assert "36 fines, 2006-07-24 to 2011-12-25, replayed on the core" in said
    assert said.endswith("0 differences that no rule explains\n")


def test_the_command_ends_with_1_when_something_differs(command: Command, tmp_path: Path) -> None:
    code, said, _ = command(written(tmp_path, CREATED, SENT, NOTIFIED, "2007-10-09,Add penalty,44.0,,,"))

    assert code == 1
    assert "DIFFERS A1: found 2007-10-08; the file says 2007-10-09" in said


def test_the_command_ends_with_2_and_names_the_bad_row(command: Command, tmp_path: Path) -> None:
    code, said, complaints = command(written(tmp_path, SENT))

    assert (code, said) == (2, "")
    assert "2: activity: found Send Fine; allowed Create Fine as the first of a fine" in complaints


@pytest.mark.parametrize("line", [line for line in PAGE.text.splitlines() if line.startswith(".venv/bin/python -m")])
def test_a_command_on_the_page_is_one_that_there_is(command: Command, line: str) -> None:
    program, *arguments = line.removeprefix(".venv/bin/python -m ").split()
    here = [str(EXCERPT) if word == "fines.csv" else word for word in arguments if word not in {"--engine", "temporal"}]

    assert program == "bench.traffic_fines"
    assert command(*here)[0] == 0


def test_the_command_answers_in_json(command: Command) -> None:
    code, said, _ = command(EXCERPT, "--json")

    answer = json.loads(said)
    assert code == 0
    assert (answer["engine"], answer["fines"], answer["differences"]) == ("core", 36, 0)
    assert answer["under_our_rules"]["appealed_and_rejected_later"] == 5


def test_a_few_cases_show_every_way_through_the_process(command: Command) -> None:
    ways = {way(fine) for fine in read_fines(EXCERPT)}

    _, said, _ = command(EXCERPT, "--json", "--cases", len(ways))

    assert len(ways) == 33
    assert json.loads(said)["left_in_the_end"].keys() == {standing(fine) for fine in read_fines(EXCERPT)}


def way(fine: Fine) -> tuple[Activity, ...]:
    return tuple(entry.activity for entry in fine.entries)


def test_the_authority_took_a_payment_up_to_three_days_late_as_in_time(tmp_path: Path) -> None:
    for days, taken in ((0, 1), (3, 1), (4, 0)):
        late = date(2007, 10, 8) + timedelta(days=days)
        replay = replayed(tmp_path, CREATED, SENT, NOTIFIED, PENALISED, paid(str(late), "35.0"))

        assert compare_with_file([replay]).paid_at_once == taken
