"""Settings are read from the environment (`DUNNING_...`) or else from a TOML file, all of them checked before use."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_settings.exceptions import SettingsError as SourceError

from adapters.mistakes import problems
from adapters.settings import FILE_VARIABLE, PREFIX, Group, Settings, settings_file
from adapters.yaml import Document
from dunning.errors import FileMistake, Problem


class SettingsMistake(FileMistake):
    """Settings that cannot be used, each with the place that it comes from."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the reference lists it."""

    name: str
    variable: str
    default: str
    description: str


def load(**said: Any) -> Settings:
    """The settings, those that the caller says above all. Raises `SettingsMistake` that names every bad one."""
    file = settings_file()
    if os.environ.get(FILE_VARIABLE) and not file.is_file():
        raise SettingsMistake(FILE_VARIABLE, [Problem("", None, f"{file}, which is not there", "a TOML file")])
    _refuse_unknown_variables(os.environ)
    try:
        return Settings(**said)
    except ValidationError as error:
        found = problems(error, Settings.model_json_schema(), Document("settings", _written(error), {}))
        raise SettingsMistake("settings", [_without_secret(problem) for problem in found]) from None
    except SourceError as error:
        raise SettingsMistake("settings", [Problem("", None, str(error), "JSON for a whole group")]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsMistake(str(file), [Problem("", None, f"no TOML ({error})", "TOML 1.0")]) from None


def documented() -> Iterator[Setting]:
    """Every setting, for the reference."""
    yield from _documented(Settings, "")


def _documented(model: type[BaseModel], within: str) -> Iterator[Setting]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Group):
            yield from _documented(kind, f"{within}{name}.")
        else:
            place = f"{within}{name}"
            yield Setting(place, variable(place), _shown(field.default), field.description or "")


def variable(place: str) -> str:
    """The variable of the environment for a setting: `smtp.host` is `DUNNING_SMTP__HOST`."""
    return PREFIX + place.replace(".", "__").upper()


def _shown(default: object) -> str:
    if default is None:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default).replace("\n", ", ")


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    """A variable with a slip of the pen would silently leave the default in force."""
    groups = {variable(name) for name, field in Settings.model_fields.items() if name}
    known = {FILE_VARIABLE, *groups, *(setting.variable for setting in documented())}
    wrong = sorted(name for name in environment if name.startswith(PREFIX) and name.upper() not in known)
    if wrong:
        raise SettingsMistake("environment", [_unknown(name, known) for name in wrong])


def _unknown(name: str, known: set[str]) -> Problem:
    near = get_close_matches(name, known, n=1)
    return Problem("", None, f"the unknown variable {name}", near[0] if near else "the names in the reference")


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


_SECRET: Final = frozenset(
    {"database", "api.secret", "temporal.api_key", "smtp.password", "stripe_api_key", "stripe_webhook_secret"}
)


def _without_secret(problem: Problem) -> Problem:
    place = f"{problem.place} ({variable(problem.place)})" if problem.place else ""
    found = "a value" if problem.place in _SECRET else problem.found
    return Problem(place, problem.line, found, problem.allowed.removeprefix("Input should be "))
