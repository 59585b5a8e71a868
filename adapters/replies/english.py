# ruff: noqa: E501
"""English: what people write, as patterns over plain text."""

from __future__ import annotations

from typing import Final

from adapters.replies.language import Language

_NOT: Final = r"not|never|\w+n't|cannot|nobody|neither|nor|without"
_UNSURE: Final = r"if|unless|until|provided|whether|would have|should have|could have"

ENGLISH: Final = Language(
    code="en",
    common=frozenset(["the", "i", "you", "and", "is", "have", "not", "to", "of", "my", "for", "we", "this", "it", "will", "with", "your", "on"]),
    months={
        "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
        "september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4,
        "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
    },
    weekdays={"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6},
    days={"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "the day after tomorrow": 2},
    month_ends=("end of (?:the|this) month", "month end", "month's end"),
    in_days=(r"(?:in|within) (?:the next )?(?P<count>\d{1,2}) days?",),
    until=("until", "till", "til", "up to and including", "through", "thru", "up to", "to"),
    back=("back", "return", "returning", "back in the office", "again", "available again"),
    absent=("out of (?:the )?office", "away", "on (?:annual )?leave", "on holidays?", "on vacation", "absent",
            "not in the office", "on parental leave", "unavailable", "closed"),
    automatic_subjects=("automatic reply", "auto(?:matic)?[- ]?reply", "auto(?:matic)?[- ]response", "autoreply", "auto",
                        "out of (?:the )?office", "ooo", "on (?:annual )?leave", "away from the office"),
    automatic=("this is an auto(?:mated|matic)(?:ally generated)? (?:reply|response|message|e-?mail)",
               "automatic(?:ally)? (?:generated )?(?:reply|response)",
               ("thank you for (?:your|the) (?:e-?mail|message)[.!,]? (?:i am|i'm|we are|our office is)"
               " (?:currently |now |presently )?(?:out|away|on|closed|not)"),
               ("(?:i am|i'm|i will be|i'll be) (?:currently |now |presently )?(?:out of (?:the )?office|on annual leave"
               "|away from (?:the office|my desk)|on (?:parental |maternity )?leave) ?.*"
               "(?:no|limited|without) access to (?:my )?e-?mails?"),
               "(?:this (?:mailbox|address|inbox)) is not (?:monitored|read)"),
    quoted=(r"on .{4,120} wrote ?:", r"-{2,} ?original message ?-{2,}", r"-{2,} ?forwarded message ?-{2,}",
            r"begin forwarded message ?:"),
    headers=("from", "sent", "date", "to", "subject", "cc"),
    closings=("(?:kind|best|warm|many)? ?(?:regards|wishes)", "yours(?: sincerely| faithfully| truly)?", "sincerely",
              "cheers", "best", "(?:many )?thanks(?: in advance)?", "thank you(?: in advance)?"),
    devices=(r"sent from (?:my|the|yahoo|outlook|mail|gmail|aol|proton)\b.*", "get outlook for (?:ios|android)",
             "sent via .*"),
    but=("but", "however", "because", "so", "since", "as", "although", "and (?=(?:i|we|it|have|will)(?!\\w))"),
    signs={
        "dispute": (
            r"disput(?:e|es|ed|ing)", r"contest(?:ing)? (?:this|the|your)",
            r"(?:do not|don't|cannot|can't) agree", "disagree",
            (r"(?:invoice|bill|amount|charge|price|total|sum|figure)s? .{0,40}(?:wrong|incorrect|not correct|not right"
            r"|mistake|error|too high)"),
            r"(?:wrong|incorrect|mistaken) (?:invoice|amount|price|bill|charge)",
            r"(?:an error|a mistake|something wrong) (?:in|on|with) (?:the|this|your) (?:invoice|bill)",
            r"(?:never|not|\w+n't) (?:ever |yet |been )?(?:order|ordered|sign up|signed up|agree to|agreed to)",
            (r"(?:never|not|\w+n't) (?:ever |yet |been )?(?:receive|received|arrive|arrived|delivered|get|got|had)"
            r" .{0,40}(?:goods?|products?|parcels?|packages?|orders?|items?|services?|delivery|it|anything)"),
            r"(?:never|not|\w+n't) (?:ever |yet |been )?(?:arrived?|delivered)",
            r"(?:i|we) (?:have )?(?:already )?cancel+ed", r"(?:was|were|been) (?:already )?cancel+ed",
            "(?:broken|damaged|faulty|defective)", r"(?:charged|invoiced|billed) (?:me |us )?twice",
            r"(?:do not|don't|did not) owe", "owe you nothing", r"returned (?:the|it|them|everything)",
            r"credit note", "complaint",
        ),
        "promise": (
            (r"(?:i|we|they|he|she|my \w+|our \w+)(?:'ll| will| shall| am going to| are going to|'m going to"
            r"|'re going to) (?:\w+ ){0,5}(?:pay|transfer|settle|wire|remit)"),
            (r"(?:i|we)(?:'ll| will| shall) (?:\w+ ){0,3}(?:send|make|have|get|do) (?:\w+ ){0,3}(?:money|payment|transfer"
            r"|it paid|this paid|that paid|paid)"),
            (r"(?:payment|transfer|money|it|this|invoice|balance|amount|rest) (?:will|shall|is going to) (?:\w+ ){0,3}"
            r"(?:be (?:paid|made|transferred|settled|sent|with you)|follow|go out)"),
            r"(?:i|we) (?:\w+ )?(?:promise|intend|plan) (?:\w+ ){0,2}(?:pay|settle|transfer)",
            r"(?:i|we) can (?:\w+ )?(?:pay|settle|transfer)(?: \S+){0,4} (?:on|by|from|tomorrow|today|next|this)",
            r"(?:i'm|i am|we're|we are) (?:paying|transferring|settling)",
            r"you(?:'ll| will) (?:have|get|receive) (?:\w+ ){0,3}(?:money|payment)",
            r"(?:payment|transfer) (?:is|has been) scheduled", r"scheduled (?:the|a|my|our) (?:payment|transfer)",
        ),
        "paid": (
            (r"(?:i|we|wife|husband|he|she|they|it|bank|accountant)(?:'ve|'s| have| has| had)? (?:\w+ ){0,3}"
            r"(?:paid|transferred|settled|wired)"),
            r"(?:has|have|had|was|were|is|'s) (?:\w+ ){0,2}(?:paid|settled|transferred)",
            r"(?:already|just) (?:paid|settled|transferred)", r"paid (?:it|this|in full|yesterday|on|last|today|already)",
            r"(?:made|sent) (?:the|a|my|this|our) (?:payment|transfer|money)",
            r"(?:payment|transfer) (?:was|has been|is) (?:\w+ )?(?:made|sent|done|gone)", "paid",
        ),
        "hardship": (
            r"lost (?:my|his|her) job", r"(?:made )?redundant", "unemployed", "out of work", "laid off",
            r"(?:cannot|can't|can not|unable to|not able to|couldn't|could not) (?:\w+ ){0,3}(?:afford|pay)",
            r"(?:have|got|has) (?:absolutely )?no money", r"(?:don't|do not) have (?:the|enough|any|that) (?:\w+ )?money",
            r"financial(?:ly)? (?:\w+ )?(?:difficult\w*|problems?|hardship|trouble|struggling)", "struggling",
            r"instal?ments?", r"payment plan", r"pay (?:\w+ )?(?:in parts|monthly|bit by bit)", "(?:need|give me) more time",
            r"(?:in|to) hospital", r"passed away", r"bankrupt(?:cy)?", "insolven(?:t|cy)", r"debt (?:advice|counsell?\w+)",
            r"on (?:benefits|universal credit)",
        ),
        "stop": (
            (r"stop (?:\w+ )?(?:e-?mailing|mailing|contacting|writing|texting|messaging|calling|sending|harassing"
            r"|bothering|spamming|these|this|your)"),
            r"(?:do not|don't|never) (?:\w+ )?(?:contact|e-?mail|write(?: to)?|text|message|call) (?:me|us)",
            r"no (?:more|further) (?:e-?mails?|messages|reminders|letters|texts|contact)", "unsubscribe",
            r"(?:remove|take) me (?:from|off)", r"leave (?:me|us) alone", r"cease and desist",
            r"my (?:lawyers?|solicitors?|attorneys?)", r"represented by", r"(?:lawyer|solicitor|attorney) (?:will|is|acts)",
        ),
        "wrong_person": (
            r"wrong (?:person|address|number|e-?mail(?: address)?|company|customer|recipient|guy)",
            r"(?:not|isn't) the (?:right|correct) (?:person|contact|address|recipient)", r"(?:i'm|i am|we are) not your customer",
            r"no longer (?:\w+ )?(?:works?|with|employed|lives?|at)", r"(?:has )?left (?:the|our|this) company",
            r"(?:does not|doesn't) (?:live|work) here", r"never heard of", r"not my (?:debt|invoice|bill|account)",
            r"(?:don't|do not) know (?:this|any|that|who this) ?(?:person|company|customer|is)?",
        ),
        "call_back": (
            r"(?:call|phone|ring) me", r"give me a (?:call|ring|bell)", r"call(?:ed)? back", "callback",
            r"(?:someone|somebody|you|anyone) (?:please )?(?:call|phone|ring)", r"please (?:call|phone|ring)",
            r"(?:speak|talk) (?:to|with) (?:someone|somebody|a person|you)",
        ),
    },
    unless={
        "dispute": (r"(?:not|don't|doesn't|no) (?:\w+ )?(?:disput\w+|contest\w*|complaint)",
                    r"(?:receiv\w*|get|got|had) (?:\w+ ){0,3}(?:invoice|reminder|letter|e-?mail|bill|statement|copy)"),
        "promise": (_NOT, _UNSURE, "refuse", "unable", "how", "why"),
        "paid": (_NOT, _UNSURE, r"(?:get|gets|getting|be|being|will|shall|going to|once|to have|when|i'm|as soon as)",
                 r"until"),
        "hardship": (r"no (?:financial|money) problems?", "link", "website", "online", "page", "portal", "button"),
        "call_back": (r"(?:do not|don't|never|stop|no) (?:\w+ ){0,2}(?:call|phone|ring)(?:ing|s)?",),
    },
)  # fmt: skip
