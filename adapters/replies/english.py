"""English: what people write to whoever sent them a reminder."""

from __future__ import annotations

from typing import Final

from adapters.replies.language import Language

_NOT: Final = ("not", "never", "*n't", "cannot", "nobody", "neither", "nor", "without")
_WILL: Final = "(will|shall|*'ll|(am|are|is|*'m|*'re|*'s) going to|gonna|intend to|plan to)"
_PAY: Final = "(pay|transfer|settle|wire|remit|clear)"
_PAID: Final = "(paid|payed|transferred|settled|wired|remitted)"
_HAVE: Final = "(have|has|had|*'ve|*'s)"
_BILL: Final = "(invoice|bill|amount|charge|price|total|sum|figure|balance)s?"
_GOODS: Final = "(goods|product|parcel|package|order|item|service|delivery|shipment|things|anything|nothing|work)s?"
_SENT: Final = "(invoice|reminder|letter|e-?mail|mail|bill|statement|copy|message|text)s?"
_LAWYER: Final = "(lawyer|solicitor|attorney|barrister)s?"

ENGLISH: Final = Language(
    code="en",
    common=frozenset(
        {
            "the", "i", "you", "and", "is", "have", "not", "to", "of", "my", "for", "we", "this", "it", "will", "with",
            "your", "on", "has", "please", "been", "was",
        }
    ),
    months={
        "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
        "september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4,
        "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
    },
    weekdays={"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6},
    days={"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1},
    counts={"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10},
    day_words=("days?",),
    week_words=("weeks?",),
    within=("in", "within", "within the next"),
    next_week=("next week", "next week on", "of next week"),
    last_week=("last week", "of last week", "last week on"),
    next_one=("next", "following"),
    month_ends=("end of (the|this) month", "month end", "month's end"),
    until=("until [and including]", "till", "til", "through", "thru", "up to [and including]", "from .. to",
        "between .. and"),
    back=("back", "return", "returning", "again", "as of", "from"),
    absent=("out of [the] office", "away", "on [annual|parental|maternity|sick] leave", "on holidays?", "on vacation",
            "absent", "not in the office", "unavailable", "closed", "travelling", "traveling"),
    automatic_subjects=("automatic reply", "auto(matic)?[- ]?reply", "auto(matic|mated)?[- ]?response", "auto",
                        "out of [the] office", "ooo", "on [annual|parental|maternity] leave", "away from the office",
                        "i am out of office"),
    automatic=("this is an (automated|automatic|automatically generated) (reply|response|message|e-?mail)",
               "(automatic|automated|automatically generated) (reply|response)",
               ("(thank you|thanks) for (your|the) (e-?mail|message|mail)[.!,]{0,3} (i am|i'm|we are|our office is) "
               "[currently|now|presently] (out|away|on|closed|not)"),
               "(limited|no|without) access to [my] e-?mails?",
               "(this|the) (mailbox|address|inbox) is not (monitored|read)"),
    quoted=("on ... wrote ?:", "-{2,} ?original message ?-{2,}", "-{2,} ?forwarded message ?-{2,}",
            "begin forwarded message ?:"),
    headers=("from", "sent", "date", "to", "subject", "cc", "reply-to"),
    closings=("[kind|best|warm|many] (regards|wishes)", "yours [sincerely|faithfully|truly]", "sincerely", "cheers",
              "best", "many thanks", "thanks [in advance|again|a lot]", "thank you [in advance|very much]", "thx"),
    devices=("sent from (my|the|yahoo|outlook|mail|gmail|aol|proton)(?!\\w)( ...)?",
        "get outlook for (ios|android)( ...)?",
             "sent via ..."),
    but=("but", "however", "because", "so", "since", "although", "and(?= (i|we|it|have|will|please|never)(?!\\w))"),
    conditions=("if(?! (that is|that's|it is|it's|this is) (ok|okay|fine|alright|all right)| possible| all goes well)",
                "unless", "provided", "as long as", "only (once|when|after)"),
    signs={
        "dispute": (
            "disput(e|es|ed|ing)", "contest(ing)? (this|the|your|it)", "(do not|don't|cannot|can't) agree [with]",
            "disagree", "object to", f"{_BILL} .. (wrong|incorrect|not correct|not right|mistake|error|too high)",
            f"(isn't|not|aren't) (the )?(correct|right) {_BILL}",
            f"(wrong|incorrect|mistaken) {_BILL}",
            f"(error|mistake|something wrong) (in|on|with) (the|this|your|my) {_BILL}",
            "(never|not|*n't) [ever|yet|even|actually] (order|ordered|signe?d? up|agreed? to|asked for|ask for)",
            f"(never|not|*n't) [ever|yet|even] [been] (receive|received|delivered|get|got|had) .. {_GOODS}",
            "(never|not|*n't) [ever|yet|even] [been] (arrive|arrived|delivered|turned up|showed up)",
            "nothing (arrived|was delivered|has arrived|came)",
            "(i|we) [have] [already] cancel+ed", "(was|were|been) [already] cancel+ed", "cancel+ed (my|the|our|this)",
            "(broken|damaged|faulty|defective)", f"{_GOODS} (does not|doesn't|do not|don't|never) work(s|ed)?",
            "(charged|invoiced|billed) [me|us] twice", "double charged",
            "(do not|don't|did not|didn't) owe", "owe you nothing", "(returned|sent back) (the|it|them|everything)",
            "sent (it|them|the \\w+) back", "credit note", "complaint", "(not|never) what (i|we) (ordered|agreed)",
            "(won't|will not|not going to|refuse to|not) [be] pay(ing)? .. until (you|somebody|someone|it|this|that)",
            "refus(e|ing) to pay",
        ),
        "promise": (
            f"{_WILL} .. {_PAY}", f"{_WILL} .. (make|send|do|arrange) .. (money|payment|transfer)",
            f"{_WILL} (have|get) .. {_PAID}",
            (f"(payment|transfer|money|invoice|balance|amount|rest|it) {_WILL} .. (be {_PAID}|be made|be sent"
            "|be with you|follow|go out|arrive)"),
            "(i|we) [do] promise", "promise to pay",
            f"(i|we) can .. {_PAY} .. (on|by|from|tomorrow|today|this|before|in)",
            "(i'm|i am|we're|we are) (paying|transferring|settling|sending .. (money|payment))",
            "^paying .. (now|today|tonight|tomorrow|on|by|this)",
            "you (will|*'ll|shall) (have|get|receive) .. (money|payment)",
            "you'll (have|get) [it|it all|this] (by|on|before)",
            "(payment|transfer) (is|has been) (scheduled|planned|arranged)",
            "(scheduled|arranged|planned) [the|a|my|our] (payment|transfer)",
        ),
        "paid": (
            f"{_HAVE} .. {_PAID}", f"(was|were|been|is) [already|now|just] {_PAID}", f"(already|just) {_PAID}",
            f"(i|we|he|she|they|wife|husband|bank|accountant) {_PAID}",
            f"{_PAID} (it|this|in full|yesterday|on|last|today|already|via|by|the|your|my)", f"^{_PAID}",
            "(made|sent|did) (the|a|my|this|our) (payment|transfer|money)",
            "^payment (made|sent|done)",
            "(payment|transfer|money) (was|has been|is) [already] (made|sent|done|gone|on its way)",
        ),
        "hardship": (
            "lost (my|his|her|our) jobs?", "redundant", "unemployed", "out of work", "laid off",
            "(cannot|can't|can not|unable to|not able to|couldn't|could not) .. (afford|pay)",
            "(can't|cannot) [really] manage", "no money",
            "(don't|do not|haven't) [got] [have] (the|enough|any|that) .. money",
            "(don't|do not|haven't) have (the|enough|any|that) .. money", "broke",
            "financial* .. (difficult*|problem|problems|hardship|trouble|struggling|situation)", "struggling",
            "(cash|money) is [very|a bit|really] tight", "(give|allow) (me|us) .. until", "instal+ments?",
            "payment plan", "pay .. (in parts|monthly|bit by bit|in two parts|per month|a month|each month)",
            "(need|give me|have) [a] [bit|little] more time", "(extension|postpone|defer)", "(in|to|from) hospital",
            "passed away", "bankrupt*", "insolven*", "debt (advice|advis*|counsel*|charity)",
            "on [benefits|universal] (benefits|credit)",
            "(seriously|very) ill", "illness",
        ),
        "stop": (
            ("stop .. (e-?mailing|mailing|contacting|writing|texting|messaging|calling|phoning|sending|harassing"
            "|bothering|spamming)"),
            "stop (these|this|your|all) .. (messages|e-?mails|calls|texts|letters|reminders|harassment)",
            "(do not|don't|never) [ever|please] (contact|e-?mail|write [to]|text|message) (me|us)",
            "no longer (wish|want) to (receive|get|be contacted)",
            "(do not|don't) want .. (e-?mails|messages|texts|letters|contact)",
            "no (more|further) [of your|of these] (e-?mails?|messages|reminders|letters|texts|contact)", "unsubscribe",
            "(do not|don't|never) .. (call|phone) (me|us) (again|any ?more)",
            "(remove|take) me (from|off)", "leave (me|us|my \\w+) alone", "cease and desist", "harass*",
            f"(my|our|a|his|her) {_LAWYER}", "represented by", f"{_LAWYER} (will|is|acts|who)", "legal representative",
        ),
        "wrong_person": (
            "wrong (person|address|number|e-?mail [address]|company|customer|recipient|guy|one)",
            "(not|isn't) the [right|correct|intended] (person|contact|recipient|one you)",
            "not the (right|correct) address",
            "(i'm|i am|we're|we are) not your (customer|client)",
            "no longer .. (works?|working|employed|lives?|living|with (us|the company))", "left (the|our|this) company",
            "(does not|doesn't|don't|do not) (live|work) here", "never heard of", "not my (debt|invoice|bill|account)",
            "(don't|do not) know (who|any) .. (is|are|person|company|man|woman)",
            "not (addressed|meant|intended) (to|for) me",
            "someone else's (debt|invoice|bill)",
        ),
        "call_back": (
            "(call|phone|ring) (me|us)", "give (me|us) a (call|ring|bell)", "calls? back", "call-?back",
            "(someone|somebody|you|anyone) [please] (call|phone|ring)", "please (call|phone|ring)",
            "(speak|talk) (to|with) (someone|somebody|a person|a human|you)", "reach me (on|at|by phone)",
        ),
    },
    unless={
        "dispute": ("(not|don't|doesn't|no) [want|wish|going] [to] (disput*|contest*|complaint|complain)",
                    f"(receiv*|get|got|had) .. {_SENT}", f"{_SENT} .. (received|arrived|delivered)"),
        "promise": (*_NOT, "refuse", "unable", "how", "why", "would", "you (will|have to|must) pay", "already",
                    "^(can|could|may|shall|should)"),
        "paid": (*_NOT, "get", "gets", "getting", "be", "being", "will", "shall", "going to", "once", "when",
                 "(i'm|i am) paid",
                 "as soon as", "until", "if", "unless", "whether", "would", "should", "could", "must", "paid for",
                 "*'ll",
                 "well paid", "badly paid", "have (it|this|that) paid"),
        "hardship": ("no (financial|money) (problem|problems)", "link", "website", "online", "page", "portal", "button",
                     "webpage", "broke (down|the|it|my)"),
        "stop": ("not (my|a|our) lawyer",),
        "call_back": ("(do not|don't|never|stop|no|not) .. (call|calls|calling|phone|ring)",),
    },
)  # fmt: skip
