"""The files of ``deploy/`` name only what there is: settings, commands, files, checks."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from qa.cli import parser
from qa.config import load_config

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
UNITS = sorted(DEPLOY.glob("fair-hearing[@-]*.service"))
SETTINGS = set(re.findall(r'"(QA_[A-Z_]+)"', (ROOT / "qa" / "config.py").read_text("utf-8")))


def test_the_compose_file_mounts_and_builds_what_is_in_the_repository() -> None:
    for service in COMPOSE["services"].values():
        if "build" in service:
            context = (DEPLOY / service["build"]["context"]).resolve()
            assert (context / service["build"]["dockerfile"]).is_file()
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./") and source != "./tls":
                assert (DEPLOY / source).is_file(), source
            elif source != "./tls":
                assert source in COMPOSE["volumes"]
        assert set(service["networks"]) <= set(COMPOSE["networks"])


def test_the_compose_file_waits_only_for_what_says_that_it_is_ready() -> None:
    services = COMPOSE["services"]
    has_own = "HEALTHCHECK" in (DEPLOY / "Dockerfile").read_text("utf-8")
    for service in services.values():
        for name, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in services[name] or (has_own and "build" in services[name])


def test_only_nginx_can_be_reached_from_outside() -> None:
    published = [name for name, service in COMPOSE["services"].items() if "ports" in service]
    assert published == ["nginx"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert all(COMPOSE["services"][name]["networks"] == ["inside"] for name in ("db", "cache"))


def test_the_settings_of_the_compose_file_are_settings() -> None:
    environment = COMPOSE["services"]["app"]["environment"]
    given = {name: re.sub(r"\$\{.*?\}", "x", str(value)) for name, value in environment.items()}
    assert set(given) <= SETTINGS
    config = load_config({**given, "QA_PUBLIC_URL": "https://questions.example.org"})
    assert (config.trusted_proxies, config.redis_url) == (1, "redis://cache:6379/0")


def test_the_image_holds_what_the_server_needs_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE)
    assert all((ROOT / name).exists() for name in copied)
    let_through = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {f"!{name}" for name in copied} <= set(let_through)
    assert set(re.findall(r"\b(QA_[A-Z_]+)=", text)) <= SETTINGS
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["fair-hearing"]
    assert "--require-hashes" in text


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_there_is_and_hardens_it(unit: Path) -> None:
    text = unit.read_text("utf-8")
    command = re.search(r"^ExecStart=\S+ -m qa (.+)$", text, re.MULTILINE)
    assert command is not None
    arguments = command[1].replace("%i", "8011").split()
    if arguments[0] != "witness":  # which has a parser of its own
        parser().parse_args(arguments)
    for line in ("ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet="):
        assert f"\n{line}\n" in text


def test_nginx_expects_the_workers_where_the_units_start_them() -> None:
    ports = re.findall(r"127\.0\.0\.1:(\d+)", (DEPLOY / "nginx" / "workers.conf").read_text())
    unit = (DEPLOY / "fair-hearing@.service").read_text("utf-8")
    assert ports == re.findall(r"fair-hearing@(\d+)", unit.split("[Unit]")[0])
