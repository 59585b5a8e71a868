"""Temporal's sandbox, in which the tests have cases live: what a case must not reach fails there at once."""

from __future__ import annotations

from typing import Final

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

# Pure packages are shared with the sandbox: a copy for each case would cost 3 MB and a quarter of a second.
_SHARED: Final = (
    "dunning", "activities", "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "iso4217",
)  # fmt: skip


def sandboxed() -> SandboxedWorkflowRunner:
    """The sandbox for workflow modules; lint rules and a test of the tree guard what is shared with it."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*_SHARED))
