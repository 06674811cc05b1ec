"""The files of a deployment fit the code: what the image copies, what Compose sets, what the unit starts."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from api.settings import Settings, describe_settings, environment_name

ROOT = Path(__file__).parent.parent.parent
KNOWN = {environment_name(name) for name in Settings.model_fields}


def _instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [(line.split()[0], " ".join(line.split()[1:])) for line in lines]


def _of(name: str) -> list[str]:
    return [rest for instruction, rest in _instructions() if instruction == name]


def test_the_image_holds_what_the_program_needs_and_nothing_that_is_not_sent_to_the_builder() -> None:
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in sent, "everything is left out, then what is needed is let in"
    let_in = {line[1:] for line in sent if line.startswith("!")}
    copied = {name for rest in _of("COPY") if "--from" not in rest for name in shlex.split(rest)[:-1]}
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = set(re.findall(r'"(\w+)"', re.findall(r"root_packages = \[(.+)\]", project)[0]))
    assert packages | {"apps_script", "requirements/run.txt", "pyproject.toml", "README.md", "LICENSE"} == copied


def test_the_image_runs_without_root_from_locked_wheels_and_says_whether_it_is_ready() -> None:
    instructions = _instructions()
    names = [name for name, _ in instructions]
    assert _of("USER") == ["belvedere"]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert any("--require-hashes" in rest and "requirements/run.txt" in rest for rest in _of("RUN"))
    assert "/readyz" in _of("HEALTHCHECK")[0]
    assert _of("VOLUME") == ["/var/lib/belvedere"]
    assert (_of("ENTRYPOINT"), _of("CMD")) == (['["belvedere"]'], ['["serve"]'])
    set_there = set(re.findall(r"(BELVEDERE_[A-Z_]+)=", _of("ENV")[0]))
    assert set_there <= KNOWN
    for rest in _of("RUN"):  # a name that is written wrong would install nothing, or fail at the person's machine
        subprocess.run(["sh", "-n", "-c", rest], check=True)


def test_compose_has_no_secret_of_its_own_and_believes_its_proxy_alone() -> None:
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    services = composed["services"]
    ours = services["belvedere"]
    assert set(ours["environment"]) <= KNOWN
    assert ours["environment"]["BELVEDERE_TRUSTED_PROXIES"] == services["caddy"]["networks"]["front"]["ipv4_address"]
    in_front = [one["networks"]["front"] for one in services.values() if "front" in one["networks"]]
    # Whoever has no address of its own is given the first that is free, and that may be another's.
    assert len({one["ipv4_address"] for one in in_front}) == len(in_front) == 2
    assert [name for name, one in services.items() if one.get("ports")] == ["caddy"]
    assert services["postgres"]["networks"].keys() == {"back"}
    assert composed["networks"]["back"]["internal"] is True
    assert "POSTGRES_PASSWORD" not in services["postgres"]["environment"]
    for service in services.values():
        assert set(service.get("secrets", ())) <= set(composed["secrets"])
    assert {name.upper() for name in ours["secrets"]} <= KNOWN
    assert {Path(one["file"]).name for one in composed["secrets"].values()} == set(composed["secrets"])
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    named = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text(encoding="utf-8")))
    assert named == {"PUBLIC_HOST"}
    read = set(re.findall(r"\{\$([A-Z_]+)", (ROOT / "deploy/Caddyfile").read_text(encoding="utf-8")))
    assert read == set(services["caddy"]["environment"])


def test_the_example_explains_every_setting_and_a_file_may_hold_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    names = [line.lstrip("#").split("=")[0] for line in lines if re.match(r"#?[A-Z_]+(<[A-Z]+>[A-Z_]+)?=", line)]
    assert set(names) >= KNOWN
    assert {name for name in set(names) - KNOWN if "<" not in name} == {"PUBLIC_HOST"}
    for at, line in enumerate(lines):
        if re.match(r"#?[A-Z]", line):
            assert lines[at - 1].startswith("# "), f"{line} is not explained"
    (tmp_path / "belvedere_product_name").write_text("Lantern\n", encoding="utf-8")
    monkeypatch.setenv("BELVEDERE_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("BELVEDERE_LOOKER_NAME", "Looker Studio")
    rows = {one["name"]: (one["value"], one["source"]) for one in describe_settings(Settings())}
    assert rows["BELVEDERE_PRODUCT_NAME"] == ("Lantern", "file")
    assert rows["BELVEDERE_LOOKER_NAME"] == ("Looker Studio", "environment")
    monkeypatch.setenv("BELVEDERE_PRODUCT_NAME", "Harbour")
    assert Settings().product_name == "Harbour"


def test_the_guide_names_files_that_exist_and_its_command_works_where_the_server_does(tmp_path: Path) -> None:
    guide = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    for block in re.findall(r"```sh\n(.*?)```", guide, flags=re.DOTALL):
        subprocess.run(["sh", "-n", "-c", block], check=True)
    named = set(re.findall(r"/opt/belvedere/((?:deploy/|\.env)[\w./]+)", guide))
    assert named == {"deploy/belvedere", "deploy/belvedere.service", "deploy/Caddyfile", ".env.example"}
    assert all((ROOT / name).is_file() for name in named)
    settings = tmp_path / "belvedere.env"
    shutil.copy(ROOT / ".env.example", settings)
    edit = next(line for line in guide.splitlines() if line.startswith("sed -i"))
    edit = edit.replace("/etc/belvedere/belvedere.env", str(settings))
    subprocess.run(["sh", "-ec", f"name=lantern.example\n{edit}"], check=True)
    assert "\nBELVEDERE_PUBLIC_URL=https://lantern.example\n" in settings.read_text(encoding="utf-8")

    # systemd-run's place is taken by a program that writes down how it is called.
    called = tmp_path / "systemd-run"
    called.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    called.chmod(0o755)
    command = [str(ROOT / "deploy/belvedere"), "import", "a file.csv"]
    told = subprocess.run(
        command, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    unit = (ROOT / "deploy/belvedere.service").read_text(encoding="utf-8")
    program = re.findall(r"ExecStart=(\S+)", unit)[0]
    assert told[-3:] == [program, "import", "a file.csv"]
    assert f"--property=WorkingDirectory=-{tmp_path}" in told
    assert f"--uid={re.findall(r'User=(.+)', unit)[0]}" in told
    assert f"--property=EnvironmentFile={re.findall(r'EnvironmentFile=(.+)', unit)[0]}" in told
    assert {f"--setenv={one}" for one in re.findall(r"(BELVEDERE_\w+=\S+)", unit)} <= set(told)


def test_the_unit_is_understood_and_shut_in(tmp_path: Path) -> None:
    unit = (ROOT / "deploy/belvedere.service").read_text(encoding="utf-8")
    assert set(re.findall(r"(BELVEDERE_[A-Z_]+)=", unit)) <= KNOWN
    assert "ExecStart=/opt/belvedere/.venv/bin/belvedere serve" in unit
    if shutil.which("systemd-analyze") is None:
        return
    there = tmp_path / "belvedere.service"
    there.write_text(unit.replace("/opt/belvedere/.venv/bin/belvedere", "/bin/true"), encoding="utf-8")
    seen = subprocess.run(["systemd-analyze", "verify", there], capture_output=True, text=True, check=False)
    assert "belvedere.service" not in seen.stderr, seen.stderr
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", there],
        capture_output=True,
        text=True,
        check=False,
    )
    assert rated.returncode == 0, rated.stdout[-400:] + rated.stderr
