"""Which problems an operation may answer with, each with an example that the problem's own writer makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from api.authentication import PINGEN, POSTMARK, STRIPE, TWILIO, key_required
from api.callers import not_permitted
from api.case_client import Unanswered
from api.case_service import NoPolicy
from api.crowd import CROWDED
from api.error_handlers import problem_of
from api.idempotency import PURE, REUSED, no_key
from api.json_bodies import UNREADABLE
from api.parameters import unknown_parameter
from api.problems import KINDS, MEDIA_TYPE, Problem, RequestMistake, invalid
from api.validation_errors import request_mistakes
from dunning.errors import Conflict, DunningError, NotFound, Refused
from dunning.messages import CUSTOMER_WIDE, FACTS
from dunning.policy.choose import ChoiceReason, Mismatch

MEANS: Final = {
    400: "The request cannot be read, or lacks its Idempotency-Key",
    401: "No valid API key, or no valid signature",
    403: "The roles of the API key do not allow it",
    404: "There is no such thing",
    408: "The body did not come in time",
    409: "The rules do not allow it now, it contradicts what is there, or it is under way",
    413: "The body is too large",
    415: "The body is of another type",
    422: "Something in the request is not allowed; nothing was changed",
    429: "Too many requests that were turned away",
    503: "The store or the server that keeps the cases' time does not work, or too many ask: again after Retry-After",
    504: "No answer in time: the request may still be applied, and may be repeated",
}
# What needs no key of ours, and the problems that it may answer with.
OPEN: Final[Mapping[str, tuple[str, ...]]] = {
    "/healthz": ("invalid", "crowded"),
    "/readyz": ("invalid", "unavailable", "crowded"),
    STRIPE: ("malformed", "wrong-signature", "not-found", "too-slow", "in-progress", "conflict", "too-large", "invalid",
             "too-many", "unavailable", "crowded", "unanswered"),
    POSTMARK: ("malformed", "unauthenticated", "not-found", "too-slow", "in-progress", "too-large", "invalid",
               "too-many", "unavailable", "crowded", "unanswered"),
    TWILIO: ("malformed", "wrong-signature", "not-found", "too-slow", "in-progress", "too-large", "invalid", "too-many",
             "unavailable", "crowded", "unanswered"),
    PINGEN: ("malformed", "wrong-signature", "not-found", "too-slow", "in-progress", "too-large", "invalid", "too-many",
             "unavailable", "crowded", "unanswered"),
}  # fmt: skip
_BODIES: Final = frozenset({"post", "put", "patch"})
_FACTS: Final = frozenset({"Told", "CustomerTold"})  # what is answered with these is never refused
_NONE: Final[Mapping[str, Any]] = {}
_OPENS: Final = frozenset({"register_invoice", "open_case", "choose_policy"})  # an invoice must stand, and be this one
_MANY: Final = 262_144
_SIGNATURE: Final = RequestMistake(
    "none that fits", "Stripe's signature over this body, 5 minutes old at most", header="Stripe-Signature"
)
_POSTMARKS: Final = RequestMistake(
    "no password that fits", "Basic, the user postmark and postmark.webhook_secret", header="Authorization"
)
_TWILIOS: Final = RequestMistake(
    "none that fits", "Twilio's signature over this address and body, by our auth token", header="X-Twilio-Signature"
)
_PINGENS: Final = RequestMistake(
    "none that fits", "Pingen's signature over this body, by our signing key", header="Signature"
)
_NO_SID: Final = RequestMistake("no sid of a message", "letters and digits", pointer="#/MessageSid")
_NO_WEBHOOK: Final = RequestMistake("no webhook", "one as Pingen sends it", pointer="#/data")
_TYPE: Final = RequestMistake("another type, or none", "application/json", header="Content-Type")
_LARGE: Final = RequestMistake("more", f"at most {_MANY} bytes", header="Content-Length")
_UNKNOWN: Final = {"type": "extra_forbidden", "loc": ("body", "colour"), "input": "green"}
_NOT_THEIRS: Final = ChoiceReason("consumer", 0, (Mismatch("customer.kind", "business", "consumer"),), chosen=False)


def problems_of(
    path: str, method: str, operation: Mapping[str, Any], request: str | None = None
) -> dict[str, dict[str, Any]]:
    """The answers that are problems, by their status. `request` is what the operation asks of a case, if it does."""
    found: dict[str, dict[str, Any]] = {}
    for kind in _kinds(path, method, operation, request):
        status, title = KINDS[kind]
        answer = found.setdefault(str(status), _answer(MEANS[status]))
        shown = example_of(kind, path, operation, request).as_json()
        answer["content"][MEDIA_TYPE]["examples"][kind] = {"summary": title, "value": shown}
    return dict(sorted(found.items()))


def _answer(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {MEDIA_TYPE: {"schema": schema, "examples": {}}}}


def _kinds(path: str, method: str, operation: Mapping[str, Any], request: str | None) -> Iterator[str]:
    if path in OPEN:
        yield from OPEN[path]
        return
    yield from ("unauthenticated", "not-permitted", "invalid", "unavailable", "crowded")
    changes = method in _BODIES and path not in PURE
    if changes or "{" in path or operation["operationId"] == "preview_message":
        yield "not-found"
    if method in _BODIES:
        yield from ("malformed", "too-slow", "too-large", "unsupported")
    if changes:
        yield "unanswered"
    if operation["operationId"] in _OPENS or _is_known_by_id(request):
        yield "conflict"
    if changes and method == "post":
        yield from ("in-progress", "key-reused")
        if not _FACTS & _answered(operation):
            yield "refused"


def _is_known_by_id(message: str | None) -> bool:
    """Whether it is a fact whose id is taken once, with one content (P1)."""
    return message in FACTS and message not in CUSTOMER_WIDE and "id" in FACTS[message].model_fields


def _answered(operation: Mapping[str, Any]) -> set[str]:
    """The names of the shapes that are answered where all went well."""
    return {
        part["schema"].get("$ref", "").rpartition("/")[2]
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for part in answer.get("content", {}).values()
    }


def example_of(kind: str, path: str = "", operation: Mapping[str, Any] = _NONE, request: str | None = None) -> Problem:
    """A problem of this kind, as this operation answers it."""
    if (kind, path) in _OF_ONE:
        return _OF_ONE[kind, path]
    match kind:
        case "not-found":
            return _foreseen(NotFound(_missing(path)))
        case "malformed":
            mistake = UNREADABLE if path in {STRIPE, "", *PURE} else no_key("")
            return _marked(kind, mistake)
        case "invalid":
            return invalid(_invalid(operation))
        case "conflict":
            return _foreseen(Conflict(_contradiction(request)))
        case "refused":
            return _foreseen(_refused(request))
        case "unanswered":
            return _foreseen(Unanswered(f"{request or 'signal'}: no answer in time; it may still be applied"))
        case _:
            return _SAME[kind]


def _marked(kind: str, mistake: RequestMistake) -> Problem:
    return Problem(kind, str(mistake), (mistake,))


def _foreseen(error: DunningError) -> Problem:
    """As the API answers it."""
    problem = problem_of(error)
    if problem is None:
        raise error
    return problem


def _missing(path: str) -> str:
    match path.split("/")[1:3]:
        case ["v1", "customers"]:
            return "customer: found no acme"
        case ["v1", "cases"]:
            return "case: found none of invoice INV-2041"
        case ["v1", "policies"]:
            return "policy: found none of that name; there are b2b-net30, consumer"
        case ["v1", "mailbox"]:
            return "message: found none of that id"
        case ["webhooks", "pingen"]:
            return "pingen.signing_key: found none in the settings; allowed that of our webhooks there"
        case ["webhooks", "twilio"]:
            return "twilio.auth_token: found none in the settings; allowed our account's at Twilio"
        case ["webhooks", "postmark"]:
            return "postmark.webhook_secret: found none in the settings; allowed one of your own"
        case ["webhooks", _]:
            return "stripe_webhook_secret: found none in the settings; allowed Stripe's `whsec_...`"
        case _:
            return "invoice: found no INV-2041"


def _contradiction(request: str | None) -> str:
    if request is None:
        return "invoice: found INV-2041 registered with other content; change it instead"
    return f"{request}: found bank-8841 with other content; known: amount 500.00, currency EUR"


def _invalid(operation: Mapping[str, Any]) -> Sequence[RequestMistake]:
    """A field that nobody knows; where there are none, a parameter."""
    if "application/json" in operation.get("requestBody", {}).get("content", {}) and operation.get("security") != []:
        return request_mistakes([_UNKNOWN])
    known = [one["name"] for one in operation.get("parameters", ()) if one.get("in") == "query"]
    return [unknown_parameter("colour", known)]


def _refused(request: str | None) -> Refused:
    if request is None:
        return NoPolicy("INV-2041", str(_NOT_THEIRS), (_NOT_THEIRS,))
    if request == "promise":
        return Refused(request, "2026-05-30 is later than 2026-03-24, the last day allowed", "A1")
    return Refused(request, "the case is closed as paid", "S4")


# Those of one address alone.
_OF_ONE: Final[Mapping[tuple[str, str], Problem]] = {
    ("wrong-signature", TWILIO): _marked("wrong-signature", _TWILIOS),
    ("malformed", TWILIO): _marked("malformed", _NO_SID),
    ("wrong-signature", PINGEN): _marked("wrong-signature", _PINGENS),
    ("malformed", PINGEN): _marked("malformed", _NO_WEBHOOK),
    ("unauthenticated", POSTMARK): _marked("unauthenticated", _POSTMARKS),
    ("malformed", POSTMARK): _marked("malformed", UNREADABLE),
    ("too-many", POSTMARK): Problem("too-many", "Too many wrong passwords came from this address"),
}
# Those that read the same wherever they are answered.
_SAME: Final[Mapping[str, Problem]] = {
    "unauthenticated": key_required(),
    "wrong-signature": _marked("wrong-signature", _SIGNATURE),
    "not-permitted": not_permitted(("reader",), "resolve_dispute"),
    "forbidden": Problem("forbidden", "Open the page again, and send the form from there"),
    "method-not-allowed": Problem("method-not-allowed", "allowed: GET, HEAD"),
    "too-slow": Problem("too-slow", "body: found no end of it; allowed at most 20 seconds"),
    "in-progress": Problem("in-progress", "The first request with this key has no answer yet; ask again in a moment"),
    "too-large": Problem("too-large", f"body: found more; allowed at most {_MANY} bytes", (_LARGE,)),
    "unsupported": _marked("unsupported", _TYPE),
    "key-reused": _marked("key-reused", REUSED),
    "too-many": Problem("too-many", "Too many wrong signatures came from this address"),
    "fault": Problem("fault", "Nothing more is known here; the log of this process names the place beside 5f2c9f7e"),
    "crowded": CROWDED,
    "unavailable": Problem(
        "unavailable", "The store cannot be reached. Send it again, with the same id and the same Idempotency-Key"
    ),
}
