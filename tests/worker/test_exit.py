"""The end of a process that used Temporal, seen from outside."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"from worker.exit import end_process as end; {script}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_all_that_was_printed_arrives_and_the_code_is_the_one_given() -> None:
    ended = run("import sys; print('all', end=''); sys.stderr.write('told'); end(3)")
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "all", "told")


def test_the_interpreter_does_not_take_itself_apart() -> None:
    ended = run("import atexit; atexit.register(print, 'farewell'); end()")
    assert (ended.returncode, ended.stdout) == (0, "")


def test_a_reader_that_went_away_is_no_reason_to_fail() -> None:
    ended = run("import os, sys; print('unread'); os.close(1); end()")
    assert (ended.returncode, ended.stderr) == (0, "")
