"""French: what people write to whoever sent them a reminder."""

from __future__ import annotations

from typing import Final

from adapters.replies.language import Language

_NOT: Final = ("pas", "jamais", "ni", "aucun*", "rien", "guere")
_PAY: Final = "(payer|regler|virer|verser|solder|rembourser|m'acquitter)"
_PAID: Final = "(paye|regle|vire|verse|solde|acquitte|effectue|fait|rembourse)(e|s|es)?"
_SETTLED: Final = "(paye|regle|solde|acquitte|verse|vire)(e|s|es)?"
_MONEY: Final = "(paiement|reglement|virement|versement)"
_WHEN: Final = (
    "(demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|ce soir|aujourd'hui|le #|avant|d'ici|des|la semaine"
    "|fin|debut|sous|dans)"
)
_BILL: Final = "(facture|montant|prix|somme|note|factures|total)"
_SENT: Final = "(facture|relance|rappel|courrier|mail|e-?mail|courriel|lettre|message)s?"
_LAWYER: Final = "(avocate?|conseil juridique|protection juridique)"

FRENCH: Final = Language(
    code="fr",
    common=frozenset(
        {
            "je", "le", "la", "les", "et", "est", "pas", "de", "du", "que", "vous", "nous", "un", "une", "pour",
            "votre",
            "ma", "mon", "au", "des", "en", "ce", "ai", "j'ai", "bonjour", "suis", "cette",
        }
    ),
    months={
        "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8,
        "septembre": 9, "octobre": 10, "novembre": 11, "decembre": 12, "janv": 1, "fevr": 2, "fev": 2, "avr": 4,
        "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
    },
    weekdays={"lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6},
    days={"aujourd'hui": 0, "ce soir": 0, "demain": 1, "apres-demain": 2, "apres demain": 2, "hier": -1,
          "avant-hier": -2},
    counts={"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "dix": 10},
    day_words=("jours?",),
    week_words=("semaines?",),
    within=("dans", "sous", "d'ici"),
    next_week=("de la semaine prochaine", "la semaine prochaine"),
    last_week=("de la semaine derniere", "la semaine derniere"),
    next_one=("prochain",),
    month_ends=("[la] fin (du|de ce|de) mois",),
    until=("jusqu'au", "jusqu'a", "jusque", "du .. au"),
    back=("de retour", "retour", "a nouveau", "reprendrai", "reprends?", "a partir d[ue]", "des le"),
    absent=("absente?s?", "absence", "en conges?", "en vacances", "hors du bureau", "pas au bureau", "indisponible",
            "fermee?s?", "conge maternite"),
    automatic_subjects=("reponse automatique", "absence [du bureau]", "absente?", "message d'absence", "en conges?",
                        "notification d'absence", "accuse de reception"),
    automatic=("ceci est (une|un) (reponse|message|e-?mail|courriel) automatique",
               "(reponse|message) [d'absence] automatique", "message automatique d'absence",
               ("(je vous remercie|merci) (pour|de) votre (message|e-?mail|courriel|mail)[.!,]{0,3} "
               "(je suis|nous sommes|notre bureau est) [actuellement|en ce moment] (absente?s?|en conges?|hors|ferme)"),
               "acces (limite|restreint) a (ma|mes) (messagerie|e-?mails?|mails)",
               "cette (boite|adresse) [mail|e-?mail|de messagerie] n'est pas (lue|consultee|surveillee|relevee)"),
    quoted=("le ... a ecrit ?:", "-{2,} ?message (d'origine|original) ?-{2,}", "-{2,} ?message transfere ?-{2,}",
            "debut du message (reexpedie|transfere) ?:"),
    headers=("de", "envoye", "date", "a", "objet", "cc"),
    closings=("[bien|tres] cordialement", "[sinceres|meilleures|mes] salutations [distinguees|respectueuses]",
        "bien a vous", "sincerement",
              "merci [d'avance|beaucoup|par avance]", "cdlt", "cdt", "respectueusement", "bonne journee",
              "(je vous prie|veuillez) ... (salutations|sentiments)( ...)?"),
    devices=("envoye (de|depuis|a partir de) ...", "telecharger outlook pour ...", "obtenir outlook pour ..."),
    but=("mais", "cependant", "toutefois", "car", "parce que", "donc", "puisque",
        "et(?= (je|j'|nous|ai|vais|il|merci|ne)(?!\\w))"),
    conditions=("si(?! (possible|tout va bien|cela vous convient|c'est possible|ca vous va))", "a condition",
        "(des|a) (la )?reception", "des que",
        "lorsque", "quand",
                "tant que", "a moins"),
    signs={
        "dispute": (
            "contest(e|ons|er|ation)", "(pas|plus) d'accord", "en desaccord", "litige",
            f"{_BILL} .. (errone*|incorrecte?|fausse?|trop (elevee?|haute?|cher))",
            f"{_BILL} .. pas (correcte?|exacte?|juste|bonne?|due?|le bon)",
            "erreur .. (facture|montant|facturation|prix)", "erreur de votre part", f"(mauvaise?|fausse) {_BILL}",
            f"pas (la bonne|le bon) {_BILL}",
            "(jamais|rien|pas) .. (commande|livre|souscrit|signe|demande)(e|s|es)?", "(jamais|rien|pas) .. recue?s?",
            "(annule|resilie)(e|s|es)?", "(casse*|endommage*|defectueu*|abime*)",
            "(produit|appareil|article|machine) ne (fonctionne|marche) pas",
            "(facture|preleve|debite|paye)(e|s|es)? deux fois",
            "(renvoye|retourne)(e|s|es)? (le|la|les|l'\\w+|mon|ma|ce|cet|cette)", "reclamation", "un avoir",
            "ne vous dois (rien|pas)", "ne dois rien", "refuse de payer",
            "ne (paierai|payerai|reglerai|paierons|reglerons) pas tant",
        ),
        "promise": (
            f"(vais|allons|va|vont) .. {_PAY}",
            f"(vais|allons|va|vont) .. (faire|effectuer|envoyer|proceder) .. {_MONEY}",
            ("(je|nous|on|il|elle|j') .. (paierai|payerai|reglerai|virerai|verserai|paierons|reglerons|effectuerai"
            "|effectuerons|procederai|ferai .. (virement|paiement))"),
            f"(sera|seront) .. {_PAID}", f"(je|nous|on) .. (paie|paye|regle|vire|verse|payons|reglons) .. {_WHEN}",
            f"(fais|faisons|effectue|effectuons|envoie) .. {_MONEY} .. {_WHEN}", f"(fais|faisons) .. le {_MONEY}",
            "(promets|m'engage|nous engageons)", f"{_MONEY} .. (suivra|partira|arrivera|interviendra|aura lieu|suit)",
            f"(peux|pourrai|pouvons|pourrons) .. {_PAY} .. {_WHEN}",
            f"(peux|pourrai|pouvons|pourrons) .. {_WHEN} .. {_PAY}", f"{_MONEY} .. (programme|prevu|planifie)",
            "vous (recevrez|aurez) .. (paiement|argent|virement|somme|reglement)",
        ),
        "paid": (
            f"(ai|avons|a|ont|avait|avez) .. {_SETTLED}",
            f"(ai|avons|a|ont) .. (effectue|fait|envoye|emis|ordonne) .. {_MONEY}",
            f"(a|ont) [bien|deja] ete .. {_PAID}", f"(viens|venons|vient) de .. ({_PAY}|faire|effectuer|proceder)",
            f"{_MONEY} .. (a ete|est) .. (fait|effectue|envoye|emis|parti)e?", f"est [deja|bien] {_SETTLED}",
            f"deja {_SETTLED}", f"^{_SETTLED}", f"{_MONEY} (fait|effectue|envoye|emis)",
        ),
        "hardship": (
            "perdu (mon|son) (emploi|travail|poste|boulot)", "(au|en) chomage", "licencie*", "rsa",
            f"(peux|pouvons|puis|pourrai|pourrais|peut) .. (pas|plus) .. ({_PAY}|tout|payer)", "pas les moyens",
            "(pas|plus|assez) (d'|l'|de l')argent", "(difficulte|probleme|situation|galere)s? .. financier*",
            "financierement .. (difficile|complique|mal)",
            "en (deux|trois|quatre|plusieurs|#) fois", "echeancier", "mensualites?", "echelonne*", "etaler",
            "delai [de paiement|supplementaire]", "surendettement", "(redressement|liquidation) judiciaire", "faillite",
            "(hopital|hospitalise*|decede*|deces)", "fin de mois difficile*",
        ),
        "stop": (
            "arret(ez|er) .. (de|vos|d'*|m'*) ...", "arret(ez|er)", "cessez ...",
            "ne (m'|me |nous )(contactez|ecrivez|appelez|envoyez|relancez|derangez) plus",
            "ne plus .. (recevoir|etre contacte|etre relance|me contacter|m'*)",
            "(plus|aucun) (de |d'|autre )?(messages?|mails?|e-?mails?|courriels?|relances?|courriers?|sms|appels?)",
            "laissez[- ](moi|nous) .. tranquilles?", "(desabonner|desinscri*|desabonnement)",
            f"(mon|notre|un|une|l')\\s?{_LAWYER}", "represente* par", "harcel*",
        ),
        "wrong_person": (
            "(mauvaise?|fausse|mauvais) (personne|adresse|numero|destinataire|interlocut*|societe)",
            "(pas|plus) (la|le) (bonne?|bon) (personne|adresse|contact|interlocut*|destinataire|numero)",
            "ne (travaille|fait|habite|vit|reside) plus", "n'habite (pas|plus)",
            "a quitte (l'entreprise|la societe|notre)", "ne (connais|connaissons|connait) pas",
            "pas (ma|mon|notre) (facture|dette)",
            "erreur (sur la|de) (personne|destinataire|numero)", "trompe* .. (personne|numero|adresse|destinataire)",
            "ne suis pas (votre client*|m.|mme|monsieur|madame|la personne)", "ne me concerne pas",
        ),
        "call_back": (
            "(appelez|rappelez|telephonez|rappelle|appelle)[- ](moi|nous)",
            "(me|nous) (rappeler|telephoner|joindre|contacter par telephone)", "m'appeler",
            "(merci de|pouvez-vous|veuillez|pourriez-vous) .. (rappeler|appeler)", "(par|au) telephone", "de vive voix",
            "etre rappele*",
        ),
    },
    unless={
        "dispute": ("(ne|n') ?contest* (pas|rien)", f"{_SENT} .. (pas|jamais) .. recue?s?",
                    f"(pas|jamais|rien) .. recue? .. {_SENT}", f"(pas|jamais) .. {_SENT}"),
        "promise": (*_NOT, "(ai|avons|ont|avait|viens|venons|vient)", "refuse*", "comment", "pourquoi", "deja",
                    "voudrais", "^(puis-je|pourrais-je|peut-on|pouvons-nous|est-ce)"),
        "paid": (*_NOT, "si", "des que", "lorsque", "quand", "tant que", "avant que", "sera", "seront", "avoir", "etre",
                 "deux fois", "vais"),
        "hardship": ("(pas de|aucun) (probleme|souci|difficulte)s? financier*", "lien", "site", "en ligne", "page",
                     "portail", "delai de livraison"),
        "stop": ("pas d'avocat",),
        "call_back": ("(ne|n') ?(m'|me )?(appel*|rappel*|telephon*) (plus|pas)",
                      "(pas|plus) .. (appeler|rappeler|telephone)"),
    },
)  # fmt: skip
