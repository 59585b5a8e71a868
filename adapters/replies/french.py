# ruff: noqa: E501
"""French: what people write, as patterns over plain text."""

from __future__ import annotations

from typing import Final

from adapters.replies.language import Language

_NOT: Final = r"pas|jamais|ni|aucun\w*|rien|personne|sans"
_UNSURE: Final = r"si|des que|lorsque|quand|tant que|avant que|a moins"
_PAID: Final = r"(?:paye\w{0,2}|regle\w{0,2}|vire\w{0,2}|verse\w{0,2}|effectue\w{0,2}|solde\w{0,2})"
_PAY: Final = r"(?:payer|regler|virer|verser|solder|effectuer)"

FRENCH: Final = Language(
    code="fr",
    common=frozenset(["je", "le", "la", "les", "et", "est", "pas", "de", "du", "que", "vous", "nous", "un", "une", "pour", "votre", "ma", "mon", "au", "des", "en", "ce", "ai"]),
    months={
        "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8,
        "septembre": 9, "octobre": 10, "novembre": 11, "decembre": 12, "janv": 1, "fevr": 2, "fev": 2, "avr": 4,
        "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
    },
    weekdays={"lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6},
    days={"aujourd'hui": 0, "ce soir": 0, "demain": 1, "apres-demain": 2, "hier": -1, "avant-hier": -2},
    month_ends=("(?:la )?fin (?:du|de ce|de) mois",),
    in_days=(r"(?:dans|sous) (?P<count>\d{1,2}) jours?",),
    until=("jusqu'au", "jusqu'a", "jusque", "inclus", "au"),
    back=("de retour", "retour", "a nouveau", "reprends?", "reprise", "a partir d[ue]"),
    absent=("absente?s?", "absence", "en conges?", "en vacances", "hors du bureau", "pas au bureau", "indisponible",
            "fermee?s?", "conge maternite"),
    automatic_subjects=("reponse automatique", "absence(?: du bureau)?", "absente?", "message d'absence", "en conges?",
                        "notification d'absence"),
    automatic=("ceci est (?:une|un) (?:reponse|message|e-?mail|courriel) automatique",
               "(?:reponse|message) (?:d'absence )?automatique",
               ("(?:je vous remercie|merci) (?:pour|de) votre (?:message|e-?mail|courriel|mail)[.!,]*"
               " (?:je suis|nous sommes|notre bureau est) (?:actuellement |en ce moment )?(?:absente?s?|en conges?|hors|ferme)"),
               ("je suis (?:actuellement )?(?:absente?|en conges?|hors du bureau) .*"
               "(?:acces (?:\\w+ ){0,2}(?:a|limite)|e-?mails?|messages?|urgence|mon retour)"),
               "cette (?:boite|adresse) (?:\\S+ )?n'est pas (?:lue|consultee|surveillee)"),
    quoted=(r"le .{4,120} a ecrit ?:", r"-{2,} ?message (?:d'origine|original) ?-{2,}", r"-{2,} ?message transfere ?-{2,}",
            r"debut du message (?:reexpedie|transfere) ?:", r"envoye ?: .{4,80}"),
    headers=("de", "envoye", "date", "a", "objet", "cc"),
    closings=("(?:bien )?cordialement", "(?:salutations|sinceres salutations|meilleures salutations)(?: distinguees)?",
              "bien a vous", "sincerement", "(?:merci|merci d'avance|merci beaucoup)", "cdlt", "cdt", "respectueusement",
              "(?:je vous prie|veuillez) .*(?:salutations|sentiments).*"),
    devices=(r"envoye (?:de|depuis|a partir de) (?:mon|ma|l'application|l'|outlook|yahoo).*", "telecharger outlook pour .*",
             "obtenir outlook pour .*"),
    but=("mais", "cependant", "toutefois", "car", "parce que", "donc", "puisque", "et (?=(?:je|j'|nous|ai|vais|il)(?!\\w))"),
    signs={
        "dispute": (
            r"(?:je |nous )?contest(?:e|ons|er|ation)\w*", r"(?:pas|plus) d'accord", r"en desaccord", r"litige",
            r"(?:facture|montant|prix|somme|note) .{0,40}(?:errone\w*|incorrecte?|fausse?|pas (?:correcte?|exacte?|juste|bonne?)|trop (?:elevee?|haute?)|erreur)",
            r"erreur (?:\w+ ){0,3}(?:facture|montant|facturation|prix)", r"(?:mauvaise?|fausse) (?:facture|montant|prix)",
            r"(?:jamais|rien|pas) (?:\S+ ){0,3}(?:commande|recue?s?|livree?s?|souscrit|signe|demande)\w{0,2}", r"(?:annulee?s?|resilie\w{0,2})", r"(?:casse\w*|endommage\w*|defectueu\w+|abime\w*)",
            r"(?:facture\w*|preleve\w*|debite\w*) (?:\w+ )?deux fois", r"(?:renvoye|retourne)\w{0,2} (?:\w+ )?(?:le|la|les|l'|colis|marchandise|produit|article)", r"reclamation", r"un avoir", r"ne vous dois (?:rien|pas)",
        ),
        "promise": (
            r"(?:vais|allons|va|vont) (?:\S+ ){0,4}" + _PAY, r"(?:je|nous|on|il|elle) (?:\S+ ){0,3}(?:paierai|payerai|reglerai|virerai|verserai|paierons|reglerons|effectuerai|effectuerons|procederai)",
            r"(?:sera|seront|serez) (?:\S+ ){0,3}" + _PAID, r"(?:je|nous) (?:\S+ ){0,2}(?:paie|paye|regle|vire|payons|reglons|effectue|fais) (?:\S+ ){0,6}(?:demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|ce soir|aujourd'hui|le \d|avant|d'ici|la semaine)",
            r"(?:promets|m'engage|nous engageons)", r"(?:paiement|reglement|virement) (?:\S+ ){0,3}(?:suivra|partira|arrivera|interviendra|est prevu|est programme)", r"(?:peux|pourrai|pourrais|pouvons|pourrons) (?:\S+ ){0,3}" + _PAY + r" (?:\S+ ){0,5}(?:le|avant|d'ici|vendredi|lundi|demain|fin|debut)", r"virement (?:\S+ )?(?:programme|prevu)",
            r"vous (?:recevrez|aurez) (?:\S+ ){0,3}(?:paiement|argent|virement|somme)",
        ),
        "paid": (
            r"(?:ai|avons|a|ont|avait|j'ai) (?:\S+ ){0,4}" + _PAID, r"(?:deja|bien|hier) (?:\S+ ){0,2}" + _PAID, r"(?:a|ont) ete (?:\S+ ){0,2}" + _PAID, r"(?:paiement|reglement|virement) (?:\S+ ){0,3}(?:fait|effectuee?|envoye|emis|parti|ete)",
            r"(?:fait|effectue|envoye|emis) (?:le|un|mon|notre|ce) (?:paiement|reglement|virement)", r"est (?:deja |bien )?(?:payee?|reglee?|soldee?)",
        ),
        "hardship": (
            r"perdu (?:mon|son) (?:emploi|travail|poste)", r"(?:au|en) chomage", r"licencie\w*", r"\brsa\b",
            r"(?:peux|pouvons|puis|pourrai|pourrais|peut) (?:\S+ ){0,3}(?:pas|plus) (?:\S+ ){0,5}" + _PAY, r"(?:peux|pouvons|puis|pourrai) (?:pas|plus)", r"pas (?:d'|l')?argent", r"(?:assez d'|plus d')argent", r"(?:difficultes?|problemes?|situation|galere) (?:\w+ )?financier\w*", r"financierement (?:\w+ )?(?:difficile|complique)",
            r"(?:en )?plusieurs fois", r"(?:un )?echeancier", r"mensualites?", r"echelonn\w+", r"etaler", r"delai (?:\w+ )?(?:supplementaire|de paiement)", r"surendettement", r"(?:redressement|liquidation) judiciaire", r"faillite", r"(?:hopital|hospitalise\w*|decede\w*|deces)", r"en (?:\w+ )?fois (?:sans|s'il)",
        ),
        "stop": (
            r"arret(?:ez|er) (?:de )?(?:\S+ )?(?:m'|me |de |vos |d'envoyer)\S*", r"cess(?:ez|er) (?:de )?(?:\S+ )?(?:me |m'|vos |de )\S*", r"ne (?:m'|me )(?:\S+ )?(?:contactez|ecrivez|appelez|envoyez)? ?(?:\S+ )?plus", r"(?:plus|aucun) (?:\S+ )?(?:de |d')?(?:messages?|mails?|e-?mails?|courriels?|relances?|courriers?|sms|appels?)", r"laissez[- ]moi tranquille", r"(?:me )?desabonner|desinscri\w+", r"(?:mon|notre|un|une) avocate?", r"represente\w* par", r"harcel\w+",
        ),
        "wrong_person": (
            r"(?:mauvaise?|fausse) (?:personne|adresse|numero|destinataire|interlocut\w+|societe)", r"(?:pas|plus) (?:la|le) (?:bonne?|bon) (?:personne|adresse|contact|interlocut\w+|destinataire|numero)", r"ne (?:travaille|fait|habite|vit|reside) plus", r"n'habite (?:pas|plus)", r"a quitte (?:l'entreprise|la societe|notre)", r"ne (?:connais|connaissons) pas (?:\w+ )?(?:cette|ce|votre)", r"pas (?:ma|mon) (?:facture|dette)", r"erreur (?:sur la|de) (?:personne|destinataire|numero)", r"trompe\w* (?:de )?(?:personne|numero|adresse|destinataire)", r"ne suis pas (?:votre client\w*|m\.|mme|monsieur|madame)",
        ),
        "call_back": (
            r"(?:appelez|rappelez|telephonez|rappeler|rappelle|appelle)[- ](?:moi|nous)", r"(?:me|nous|m') ?(?:rappeler|appeler|telephoner|contacter par telephone)", r"m'appeler", r"(?:merci de|pouvez-vous|veuillez) (?:me |nous |m')?(?:rappeler|appeler)", r"par telephone", r"de vive voix",
        ),
    },
    unless={
        "dispute": (r"(?:ne|n') ?contest\w+ (?:pas|rien)", r"(?:recu|recue) (?:\S+ ){0,3}(?:facture|relance|rappel|courrier|mail|e-?mail|courriel)", r"(?:facture|relance) (?:\S+ ){0,3}(?:pas|jamais) recue?"),
        "promise": (_NOT, _UNSURE, "refuse", "comment", "pourquoi"),
        "paid": (_NOT, _UNSURE, r"sera", r"seront", r"avoir", r"etre"),
        "hardship": (r"(?:pas de|aucun) (?:probleme|souci)s? financier\w*", "lien", "site", "en ligne", "page", "portail"),
        "call_back": (r"ne (?:\S+ )?(?:appelez|rappelez|telephonez)\S* (?:plus|pas)", r"n'appelez", r"(?:pas|plus) (?:\S+ )?(?:me|m')? ?(?:appeler|rappeler)"),
    },
)  # fmt: skip
