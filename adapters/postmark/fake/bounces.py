"""The types of bounces as Postmark lists them: their codes, names and descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BOUNCES: Final[Mapping[str, tuple[int, str, str]]] = {
    "HardBounce": (1, "Hard bounce", "The server was unable to deliver your message."),
    "Transient": (2, "Message delayed", "The server could not temporarily deliver your message."),
    "Unsubscribe": (16, "Unsubscribe request", "Unsubscribe or remove request."),
    "Subscribe": (32, "Subscribe request", "Somebody wants to be added."),
    "AutoResponder": (64, "Auto responder", "Automatic e-mail responder."),
    "AddressChange": (128, "Address change", "The recipient has requested an address change."),
    "DnsError": (256, "DNS error", "A temporary DNS error."),
    "SpamNotification": (512, "Spam notification", "Blocked by the user, or classified as spam."),
    "OpenRelayTest": (1024, "Open relay test", "A test of whether the mail server is an open relay."),
    "Unknown": (2048, "Unknown", "Unable to classify the report."),
    "SoftBounce": (4096, "Soft bounce", "Unable to temporarily deliver the message, such as a full mailbox."),
    "VirusNotification": (8192, "Virus notification", "A warning about an infected message."),
    "ChallengeVerification": (16384, "Spam challenge verification", "Asks whether you sent the message."),
    "BadEmailAddress": (100000, "Invalid e-mail address", "The address is no valid e-mail address."),
    "SpamComplaint": (100001, "Spam complaint", "The recipient marked this message as spam."),
    "ManuallyDeactivated": (100002, "Manually deactivated", "The address was deactivated by hand."),
    "Unconfirmed": (100003, "Registration not confirmed", "The recipient has not confirmed."),
    "Blocked": (100006, "ISP block", "Blocked by the provider for content or a block list."),
    "SMTPApiError": (100007, "SMTP API error", "An error in accepting the message over SMTP."),
    "InboundError": (100008, "Processing failed", "Unable to deliver an inbound message."),
    "DMARCPolicy": (100009, "DMARC policy", "Rejected because of a DMARC policy."),
    "TemplateRenderingFailed": (100010, "Template rendering failed", "An error in a template."),
}
