"""docker-compose.yml says what the product and its neighbours understand; it is checked without an engine."""

import re
import subprocess
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from ruamel.yaml import YAML

from adapters.settings_reading import ANY_CURRENCY, documented_settings

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
SERVICES: dict[str, dict[str, Any]] = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))["services"]
OURS = {"worker": "worker", "api": "api", "incoming": "mail"}  # with its command
GROUPS = {"DUNNING_CREDITOR__ACCOUNTS"}  # given as JSON
DONE = "service_completed_successfully"


def test_each_part_of_the_topology_is_a_service() -> None:
    assert {"postgres", "temporal", "temporal-ui", "mail", "worker", "api"} <= SERVICES.keys()
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


@pytest.mark.parametrize("name", OURS)
def test_our_services_run_a_command_with_settings_that_exist(name: str) -> None:
    service = SERVICES[name]
    known = {setting.variable for setting in documented_settings()}
    assert service["command"] == [OURS[name]]
    assert {name.replace("__EUR__", f"__{ANY_CURRENCY}__") for name in service["environment"]} <= known | GROUPS
    assert all(isinstance(value, str) for value in service["environment"].values())


def test_no_creditor_is_made_up() -> None:
    """M1: what nobody has said stays unset, so that no debtor hears from a company of ours."""
    said = {key: value for key, value in SERVICES["api"]["environment"].items() if "CREDITOR" in key}
    assert {"DUNNING_CREDITOR__NAME", "DUNNING_CREDITOR__ACCOUNTS__EUR__IBAN"} <= said.keys()
    assert all(re.fullmatch(r"\$\{CREDITOR_[A-Z_]+:-\}", value) for value in said.values())


def test_our_services_have_the_same_settings() -> None:
    own = {"DUNNING_INCOMING__HOST", "DUNNING_INCOMING__PORT"}  # of the one that listens there
    said = [{key: value for key, value in SERVICES[name]["environment"].items() if key not in own} for name in OURS]
    assert said == [said[0]] * len(OURS)


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_or_built_here(name: str) -> None:
    service = SERVICES[name]
    assert "build" in service or re.fullmatch(r"[a-z/-]+:v?[0-9][0-9.]*", service["image"])


@pytest.mark.parametrize("name", SERVICES)
def test_who_is_waited_for_is_there_and_can_be_waited_for(name: str) -> None:
    for other, terms in SERVICES[name].get("depends_on", {}).items():
        waited_for = SERVICES[other]
        assert terms["condition"] == DONE or "healthcheck" in waited_for
        assert terms["condition"] != DONE or waited_for["restart"] == "on-failure"


@pytest.mark.parametrize("name", SERVICES)
def test_what_others_use_says_whether_it_is_well(name: str) -> None:
    once = SERVICES[name]["restart"] == "on-failure"
    assert once or name == "temporal-ui" or "healthcheck" in SERVICES[name]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_listens_beyond_this_machine(name: str) -> None:
    assert all(str(port).startswith("127.0.0.1:") for port in SERVICES[name].get("ports", ()))


def test_the_image_copies_every_package_of_the_product() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for package in ("dunning", "workflows", "activities", "adapters", "worker", "api", "cli"):
        assert f"COPY {package} {package}\n" in dockerfile


def test_compose_itself_takes_the_file_where_it_is_installed() -> None:
    program = which("docker-compose")
    if program is None:
        return  # the checks above are those that need no program
    done = subprocess.run(
        [program, "--file", str(FILE), "config", "--quiet"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
