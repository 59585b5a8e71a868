"""What the page says on which somebody stops e-mail: kind, plain, and no word about what it was sent for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class OptOutWords:
    """In one language. `asked` and its button stand before the act, `done` after it, `void` where the link is none."""

    language: str
    asked: str
    asked_more: str
    button: str
    done: str
    done_more: str
    void: str
    void_more: str


OPT_OUT_WORDS: Final[Mapping[str, OptOutWords]] = {
    "en": OptOutWords(
        "en",
        asked="No more e-mail?",
        asked_more="We will then write to you another way if we have to. What is agreed or still open stays as it is, "
        "and you can always reach us.",
        button="Send me no more e-mail",
        done="You will get no more of this e-mail",
        done_more="If we have to write to you, we will do it another way. What is agreed or still open stays as it is. "
        "If this was a slip, answer any message of ours, and we will put it right.",
        void="This link does nothing any more",
        void_more="Nothing was changed. To tell us something, please answer the message that you got.",
    ),
    "nl": OptOutWords(
        "nl",
        asked="Geen e-mail meer?",
        asked_more="Als het nodig is, schrijven we u dan op een andere manier. Wat is afgesproken of nog openstaat, "
        "blijft zoals het is, en u kunt ons altijd bereiken.",
        button="Stuur mij geen e-mail meer",
        done="U krijgt deze e-mail niet meer",
        done_more="Als we u moeten schrijven, doen we dat op een andere manier. Wat is afgesproken of nog openstaat, "
        "blijft zoals het is. Was dit een vergissing? Beantwoord dan een bericht van ons, en wij zetten het recht.",
        void="Deze link doet niets meer",
        void_more="Er is niets veranderd. Wilt u ons iets laten weten, beantwoord dan het bericht dat u kreeg.",
    ),
    "de": OptOutWords(
        "de",
        asked="Keine E-Mails mehr?",
        asked_more="Wenn es nötig ist, schreiben wir Ihnen dann auf anderem Weg. Was vereinbart oder noch offen ist, "
        "bleibt, wie es ist, und Sie erreichen uns jederzeit.",
        button="Keine E-Mails mehr an mich",
        done="Sie erhalten diese E-Mails nicht mehr",
        done_more="Wenn wir Ihnen schreiben müssen, tun wir es auf anderem Weg. Was vereinbart oder noch offen ist, "
        "bleibt, wie es ist. War das ein Versehen? Antworten Sie auf eine unserer Nachrichten, und wir bringen es in "
        "Ordnung.",
        void="Dieser Link bewirkt nichts mehr",
        void_more="Es wurde nichts geändert. Wenn Sie uns etwas mitteilen möchten, antworten Sie bitte auf die "
        "Nachricht, die Sie bekommen haben.",
    ),
    "fr": OptOutWords(
        "fr",
        asked="Plus d’e-mails\N{NO-BREAK SPACE}?",
        asked_more="Si nécessaire, nous vous écrirons alors autrement. Ce qui est convenu ou encore ouvert reste "
        "inchangé, et vous pouvez toujours nous joindre.",
        button="Ne plus m’envoyer d’e-mails",
        done="Vous ne recevrez plus ces e-mails",
        done_more="Si nous devons vous écrire, nous le ferons autrement. Ce qui est convenu ou encore ouvert reste "
        "inchangé. Si c’était une erreur, répondez à l’un de nos messages et nous y remédierons.",
        void="Ce lien n’est plus actif",
        void_more="Rien n’a été modifié. Pour nous dire quelque chose, répondez au message que vous avez reçu.",
    ),
}


def words_in(*wanted: str) -> OptOutWords:
    """The words in the first language that we have, of these locales in their order; else in English."""
    for locale in wanted:
        known = OPT_OUT_WORDS.get(locale.replace("_", "-").partition("-")[0].lower())
        if known is not None:
            return known
    return OPT_OUT_WORDS["en"]
