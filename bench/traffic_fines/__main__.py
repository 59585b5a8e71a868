"""`python -m bench.traffic_fines FILE.csv`: replays the event log of an authority's traffic fines, and compares."""

from __future__ import annotations

import sys

from bench.traffic_fines.command import app
from cli.main import run
from worker.exit import end_process

if __name__ == "__main__":
    end_process(run(sys.argv[1:], app, "python -m bench.traffic_fines"))
