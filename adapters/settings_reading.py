"""Settings are read from the environment (`DUNNING_...`) or else from a TOML file, all of them checked before use."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import PydanticUndefined
from pydantic_settings.exceptions import SettingsError as SourceError

from adapters.document import Document
from adapters.file_mistakes import mistakes_in_document
from adapters.settings import FILE_VARIABLE, PREFIX, Group, Settings, settings_file
from dunning.errors import FileMistake, Mistake

ANY_CURRENCY: Final = "CURRENCY"  # stands for a code such as EUR where settings are listed
ANY_NAME: Final = "NAME"  # stands for a name of the reader's own
_A_CURRENCY: Final = re.compile(r"(?<=__ACCOUNTS__)[A-Z]{3}(?=__|$)")
_A_NAME: Final = re.compile(r"((?<=__BRANDS__)|(?<=DUNNING_QUEUES__)|(?<=DUNNING_ASSIGNMENT__))[A-Z0-9-]+(?=__|$)")
_EACH: Final = {
    "creditor.accounts": f".{ANY_CURRENCY}", "creditor.brands": f".{ANY_NAME}", "queues": f".{ANY_NAME}",
    "assignment": f".{ANY_NAME}",
}  # fmt: skip
_MOVED: Final = {"DUNNING_CREDITOR__IBAN": "DUNNING_CREDITOR__ACCOUNTS__EUR__IBAN, for the currency of the account"}


class SettingsMistake(FileMistake):
    """Settings that cannot be used, each with the place that it comes from."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the reference lists it."""

    name: str
    variable: str
    default: str
    description: str
    secret: bool


def load_settings(**said: Any) -> Settings:
    """The settings, those that the caller says above all. Raises `SettingsMistake` that names every bad one."""
    file = settings_file()
    if os.environ.get(FILE_VARIABLE) and not file.is_file():
        raise SettingsMistake(FILE_VARIABLE, [Mistake("", None, f"{file}, which is not there", "a TOML file")])
    _refuse_unknown_variables(os.environ)
    try:
        return Settings(**said)
    except ValidationError as error:
        found = mistakes_in_document(error, Settings.model_json_schema(), Document("settings", _written(error), {}))
        raise SettingsMistake("settings", [_without_secret(problem) for problem in found]) from None
    except SourceError as error:
        raise SettingsMistake("settings", [Mistake("", None, str(error), "JSON for a whole group")]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsMistake(str(file), [Mistake("", None, f"no TOML ({error})", "TOML 1.0")]) from None


def documented_settings() -> Iterator[Setting]:
    """Every setting, for the reference."""
    yield from _documented(Settings, "")


def _documented(model: type[BaseModel], within: str) -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        place, group = f"{within}{name}", _group(field.annotation)
        if group is None:
            secret = SecretStr in (field.annotation, *get_args(field.annotation))
            yield Setting(place, variable_name(place), _shown(field.default), field.description or "", secret)
        else:
            yield from _documented(group, f"{place}{_EACH.get(place, '')}.")


def _group(kind: object) -> type[Group] | None:
    """The group of settings that a field is, or that it has for each currency or name."""
    held = get_args(kind)[-1] if get_origin(kind) is dict else kind
    return held if isinstance(held, type) and issubclass(held, Group) else None


def variable_name(place: str) -> str:
    """The variable of the environment for a setting: `smtp.host` is `DUNNING_SMTP__HOST`."""
    return PREFIX + place.replace(".", "__").upper()


def _shown(default: object) -> str:
    if default is None or default in ({}, ()) or default is PydanticUndefined:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default).replace("\n", ", ")


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    """A variable with a slip of the pen would silently leave the default in force."""
    settings = {setting.variable for setting in documented_settings()}
    known = {FILE_VARIABLE, *settings, *(whole for one in settings for whole in _around(one))}
    wrong = sorted(name for name in environment if name.startswith(PREFIX) and _listed(name) not in known)
    if wrong:
        raise SettingsMistake("environment", [_unknown(name, known) for name in wrong])


def _around(variable: str) -> Iterator[str]:
    """The variables that give a whole group as JSON: `DUNNING_SMTP` around `DUNNING_SMTP__HOST`."""
    while "__" in variable:
        variable = variable.rpartition("__")[0]
        yield variable


def _listed(variable: str) -> str:
    """The variable as the reference lists it: the one of any currency, or of any name."""
    return _A_NAME.sub(ANY_NAME, _A_CURRENCY.sub(ANY_CURRENCY, variable.upper()))


def _unknown(name: str, known: set[str]) -> Mistake:
    near = [_MOVED[name]] if name in _MOVED else get_close_matches(name, known, n=1)
    return Mistake("", None, f"the unknown variable {name}", near[0] if near else "the names in the reference")


def _written(error: ValidationError) -> dict[str | int, Any]:
    """The parts of what was written that the complaints are about, enough to name their places."""
    whole: dict[str | int, Any] = {}
    for detail in error.errors(include_url=False):
        around = whole
        for part in detail["loc"][:-1]:
            around = around.setdefault(part, {})
        if detail["loc"] and detail["type"] != "missing":
            around.setdefault(detail["loc"][-1], detail["input"])
    return whole


def _without_secret(problem: Mistake) -> Mistake:
    place = f"{problem.place} ({variable_name(problem.place)})" if problem.place else ""
    secret = problem.place in {setting.name for setting in documented_settings() if setting.secret}
    found = "a value" if secret else problem.found
    return Mistake(place, problem.line, found, problem.allowed.removeprefix("Input should be "))
