"""Fines by the real workflow, activities and store, on a real server: the same as on the core."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from adapters.policies import read_policies
from bench.traffic_fines.comparison import compare_with_file
from bench.traffic_fines.fine_files import COLUMNS, PENALTY, read_fines
from bench.traffic_fines.on_temporal import replay_on_temporal
from bench.traffic_fines.replay import replay_on_core
from bench.traffic_fines.stories import fine_stories

UNTIL = date(2008, 12, 31)
FINES = """
A1,2008-01-08,Create Fine,36.0,,0.0,NIL
A1,2008-01-12,Send Fine,,13.0,,
A1,2008-01-15,Insert Fine Notification,,,,
A1,2008-03-15,Add penalty,74.0,,,
A1,2008-11-20,Send for Credit Collection,,,,
A2,2008-01-08,Create Fine,36.0,,0.0,NIL
A2,2008-01-12,Send Fine,,13.0,,
A2,2008-01-15,Insert Fine Notification,,,,
A2,2008-02-01,Insert Date Appeal to Prefecture,,,,
A2,2008-03-15,Add penalty,74.0,,,
A2,2008-03-18,Notify Result Appeal to Offender,,,,
A2,2008-03-25,Payment,,,87.0,
A3,2008-01-08,Create Fine,22.0,,0.0,NIL
A3,2008-01-10,Payment,,,22.0,
"""


async def test_the_real_workflow_replays_fines_line_for_line_as_the_core_does(tmp_path: Path) -> None:
    file = tmp_path / "fines.csv"
    file.write_text(",".join(COLUMNS) + FINES)
    stories, _ = fine_stories(read_fines(file), read_policies(PENALTY))
    core = [replay_on_core(story, UNTIL) for story in stories]
    told: list[None] = []

    real = await replay_on_temporal(stories, UNTIL, lambda: told.append(None))

    found = compare_with_file(real, core=core)
    assert found.differences == ()
    assert [replay.authority.closed for replay in real] == ["handed-off", "paid", "paid"]
    assert [replay.ours.penalty_on for replay in real] == [date(2008, 3, 15), date(2008, 3, 19), None]
    assert len(told) == len(stories)
