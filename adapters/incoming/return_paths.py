"""What a notice says of where it wants to be answered: bounces, replies, and a wish for no more e-mail."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.incoming.addresses import Signatures, SignedAddresses

UNSUBSCRIBE = "/u/"  # where a link to get no more e-mail leads


@dataclass(frozen=True, slots=True)
class ReturnPaths:
    """The addresses of each message; without `addresses`, and without a page, there are none.

    `reads_replies`: answers come to a signed address, too. `found_at` is where browsers and mail programs find us, over
    https: mail programs follow no other link (RFC 8058). `offers_unsubscribe`: each message says how to get no more.
    """

    signatures: Signatures
    addresses: SignedAddresses | None = None
    reads_replies: bool = True
    offers_unsubscribe: bool = True
    found_at: str | None = None

    def name(self, parcel_id: str) -> str:
        """What the message is called in its Message-ID: nobody guesses it, so who names it has seen it."""
        return self.signatures.token(parcel_id)

    def bounces(self, parcel_id: str) -> str | None:
        """The envelope sender, to which mail servers report."""
        return self.addresses.address("bounce", parcel_id) if self.addresses else None

    def replies(self, parcel_id: str) -> str | None:
        """Where people answer."""
        return self.addresses.address("reply", parcel_id) if self.addresses and self.reads_replies else None

    def headers(self, parcel_id: str) -> dict[str, str]:
        """How to get no more e-mail, for the programs that show a button for it (RFC 2369, RFC 8058)."""
        page = self._page(parcel_id)
        mail = self.addresses.address("unsubscribe", parcel_id) if self.addresses else None
        ways = [f"<{way}>" for way in (page, f"mailto:{mail}" if mail else None) if way]
        if not ways or not self.offers_unsubscribe:
            return {}
        by_post = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if page else {}
        return {"List-Unsubscribe": ", ".join(ways), **by_post}

    def _page(self, parcel_id: str) -> str | None:
        if self.found_at is None or not self.found_at.lower().startswith("https://"):
            return None
        return f"{self.found_at.rstrip('/')}{UNSUBSCRIBE}{self.signatures.signed('unsubscribe', parcel_id)}"
