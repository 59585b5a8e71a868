"""How a page offers what a reply suggests: the words of its button, and what its form carries."""

from __future__ import annotations

import json
from typing import Final

from api.shapes.replies import ActOut
from dunning.messages import CustomerStop, Dispute, Promise

BUTTONS: Final[dict[str, tuple[str, str]]] = {  # for each message: what the button says, and what was done
    Promise.name: ("Record the promise", "The promise is recorded"),
    Dispute.name: ("Record the dispute", "The dispute is recorded"),
    CustomerStop.name: ("Stop every case of the customer", "Every case of the customer is stopped"),
}


def written_act(act: ActOut) -> str:
    """What a form carries, so that nothing is done but what was shown."""
    return json.dumps(act.model_dump(mode="json"), sort_keys=True)


def button(act: ActOut) -> str:
    """What the button says."""
    return BUTTONS[act.message][0]
