"""What the API is told about its surroundings; everything else it is given ready-made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol

from adapters.costs import PieceCosts
from adapters.escalations.queue import Queue
from adapters.messages.composer import Window
from adapters.oidc.identity import SignInProvider
from adapters.stripe.origin import EITHER, StripeOrigin
from dunning.errors import DunningError
from dunning.worklist.assignment import AssignmentRule

SHORTEST_SECRET: Final = 32  # characters; 16 random bytes in hexadecimal


class ApiConfigurationError(DunningError, ValueError):
    """A setting that would make the API unsafe."""


def _nothing(_currencies: Collection[str]) -> tuple[str, ...]:
    return ()


class Finding(Protocol):
    """What one look found: `well` says that nothing needed is missing, `fix` what to do, or what is good to know.

    One that `warns` is well, and yet a person should look.
    """

    @property
    def what(self) -> str:
        """What was looked at."""

    @property
    def well(self) -> bool:
        """Whether nothing needed is missing."""

    @property
    def found(self) -> str:
        """What was found."""

    @property
    def fix(self) -> str:
        """What to do, or what is good to know."""

    @property
    def warns(self) -> bool:
        """Whether a person should look."""


@dataclass(frozen=True, slots=True)
class ApiConfiguration:
    """`secret` signs cookies, forms and cursors: at least 32 characters, the same for every process of an installation.

    `public_url` is where browsers find us: where it begins with https, cookies and pages stay on https. `proxies` are
    the addresses and networks whose forwarded headers are believed.

    `demo_people` are who may use a demonstration by their names: a link with `?key=` signs a browser in as the first,
    and pages let it go on as another. `sign_in_provider` is the provider that knows our people, by OpenID Connect;
    None: there is none. `decoy` is the password hash that is looked at for a name that nobody has; None: one of our
    own. `timezone` and `creditor` (a name) are the creditor's, for times
    that are nobody's own and for the foot of pages; in their `country` are the holidays of their working days.
    `assignment` are the rules by which a customer is somebody's. `body_limit` is in bytes, and a body comes within
    `body_seconds`.
    `stripe_webhook_secret` (`whsec_...`) is what Stripe signs its events with; without it none are taken.
    `stripe_origin` says whose are ours. Twilio signs what it tells us by `twilio_auth_token`, over `public_url`;
    without both, nothing is taken. Postmark shows `postmark_webhook_secret`, and what it tells of another stream than
    `postmark_stream` is not ours. Pingen signs by `pingen_signing_key`. `costs` say what a notice cost on its channel,
    `window` where an envelope shows the address. `not_set` names the settings for want of which notices wait, given the
    currencies of the open cases (M1). `examine` looks at all that the product needs, as `dunning doctor` does; None: it
    cannot from here. `queues` say who looks after tasks. `temporal_ui` is where the workflows of our namespace are
    looked at, if anywhere.

    Raises `ApiConfigurationError`.
    """

    secret: str
    public_url: str | None = None
    proxies: tuple[str, ...] = ()
    demo_people: tuple[str, ...] = ()
    sign_in_provider: SignInProvider | None = None
    decoy: str | None = field(default=None, repr=False)
    timezone: str = "Europe/Amsterdam"
    creditor: str = "Dunning"
    country: str | None = None
    assignment: tuple[AssignmentRule, ...] = ()
    body_limit: int = 262_144
    body_seconds: float = 20.0
    session: timedelta = timedelta(hours=12)
    stripe_webhook_secret: str | None = field(default=None, repr=False)
    stripe_origin: StripeOrigin = EITHER
    twilio_auth_token: str | None = field(default=None, repr=False)
    postmark_webhook_secret: str | None = field(default=None, repr=False)
    postmark_stream: str = "outbound"
    pingen_signing_key: str | None = field(default=None, repr=False)
    costs: PieceCosts = field(default_factory=PieceCosts)
    window: Window = "din-5008-b"
    temporal_ui: str | None = None
    not_set: Callable[[Collection[str]], tuple[str, ...]] = _nothing
    examine: Callable[[], Awaitable[Sequence[Finding]]] | None = None
    queues: Mapping[str, Queue] = field(default_factory=dict)

    @property
    def demo(self) -> bool:
        """Whether this is a demonstration."""
        return bool(self.demo_people)

    @property
    def is_https(self) -> bool:
        """Whether browsers reach us over https alone, whatever stands between them and us."""
        return (self.public_url or "").lower().startswith("https://")

    def __post_init__(self) -> None:
        """Refuse a secret that can be guessed; the message does not show it."""
        if len(self.secret) < SHORTEST_SECRET:
            raise ApiConfigurationError(
                f"secret: found {len(self.secret)} characters; allowed at least {SHORTEST_SECRET} random ones"
            )
