"""Which language a debtor is written to in, and which country's way of writing figures goes with it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

LAST_RESORT: Final = "en"
# English is read everywhere: outside the countries that speak it the day comes first and no figure looks American.
_FIGURES: Final = {"en": "en_GB"}


def language_tag(locale: str) -> str:
    """The locale as a BCP 47 tag: `nl_be` is nl-BE. What makes no sense stays as it is and is found nowhere."""
    language, *parts = locale.strip().replace("_", "-").split("-")
    return "-".join([language.lower(), *(part.upper() if len(part) == 2 else part for part in parts)])  # noqa: PLR2004 - a country code


def fallbacks(asked: str, default: str) -> tuple[str, ...]:
    """The languages to try, best first: nl-BE, then nl, then the creditor's default, then English."""
    chain = [form for locale in (asked, default, LAST_RESORT) for form in _widening(language_tag(locale))]
    return tuple(dict.fromkeys(chain))


@lru_cache(maxsize=512)
def figures_locale(asked: str, language: str, country: str | None) -> Locale:
    """Whose way of writing amounts and days fits a text in `language`.

    The debtor's own locale if it is of that language; else the one of their country if that language is official there.
    """
    base = language.partition("-")[0]
    if country and language_tag(asked) == base and base in get_official_languages(country, de_facto=True):
        asked = f"{base}-{country}"
    wanted = language_tag(asked)
    if wanted.partition("-")[0] != base or wanted == base:
        wanted = _FIGURES.get(language, language)
    return _parsed(wanted) or _parsed(_FIGURES.get(base, base)) or Locale(LAST_RESORT)


def is_another(language: str, wanted: str) -> bool:
    """Whether a text in `language` is not in the language of a reader with this locale, for want of a text."""
    return language_tag(wanted).partition("-")[0] != language_tag(language).partition("-")[0]


def by_name(locale: str) -> str:
    """The language of a locale by its English name, such as Dutch; one that nobody knows as it is written."""
    language = language_tag(locale).partition("-")[0]
    known = _parsed(language)
    return (known.get_language_name("en") if known else None) or language


@lru_cache(maxsize=512)
def plural_form(language: str, count: int) -> str:
    """The form of a word that goes with so many, by its name in CLDR, such as one or other."""
    locale = _parsed(language_tag(language)) or Locale(LAST_RESORT)
    return str(locale.plural_form(count))


def _widening(form: str) -> list[str]:
    parts = form.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def _parsed(form: str) -> Locale | None:
    try:
        return Locale.parse(form.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None
