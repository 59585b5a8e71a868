"""Who is told of tasks that nobody answered, as the settings name the queues and the store knows the people (H6)."""

from __future__ import annotations

from adapters.colleagues import colleagues_of
from adapters.escalations.queue import Queue
from adapters.escalations.rounds import EscalationRounds, Words
from adapters.settings import Settings
from api.limits import in_path
from api.pages.task_words import task_in_short
from api.pages.words import as_words, local_day, sentence
from cli.installation.connections import colleagues_courier
from cli.installation.installation import Installation


def queues_of(settings: Settings) -> dict[str, Queue]:
    """The queues that the settings name."""
    return {name: said.as_queue(name) for name, said in settings.queues.items()}


def escalation_rounds(of: Installation) -> EscalationRounds:
    """The rounds of a worker."""
    return EscalationRounds(
        of.store.escalations,
        queues_of(of.settings),
        lambda: colleagues_of(of.store.people),
        colleagues_courier(of.settings, of.store),
        Words(
            task_in_short,
            lambda name: sentence(as_words(name)),
            lambda *task: task_link(of.settings, *task),
            lambda at: local_day(at, of.settings.creditor.timezone),
        ),
    )


def task_link(settings: Settings, invoice_id: str, task: str) -> str:
    """Where a task is read and answered."""
    base = settings.api.public_url or f"http://{settings.api.host}:{settings.api.port}"
    return f"{base.rstrip('/')}/cases/{in_path(invoice_id)}/tasks/{in_path(task)}"
