"""What the README says to type works, as it stands there, in an empty home; what the documents name is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from franking import settings
from franking.cli import COMMANDS
from franking.metering.pricing import Pricer
from franking.metering.values import Usage
from support.sidecar import clean_environment

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
SHELL = [text for language, text in BLOCKS if language == "sh"]
TOML = [text for language, text in BLOCKS if language == "toml"]


@pytest.mark.parametrize("block", SHELL, ids=[block.split("\n")[0] for block in SHELL])
def test_its_commands_run(block: str, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "kilo").write_text("#!/bin/sh\nexit 0\n")
    (tools / "kilo").chmod(0o755)
    environment = clean_environment(
        HOME=str(tmp_path),
        PATH=f"{tools}:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        FRANKING_HOME=str(tmp_path / "home"),
        FRANKING_LISTEN__PROXY="127.0.0.1:0",
    )
    script = f"{block}\nfrank stop"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("block", [block for block in TOML if "[models" not in block])
def test_its_configuration_is_accepted(block: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(block)
    names = [gateway.name for gateway in settings.load(file).gateway]
    assert "litellm" in names


@pytest.mark.parametrize("block", [block for block in TOML if "[models" in block])
def test_its_prices_are_accepted(block: str, tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(block)
    usage = Usage(model="my-gateway/gpt-4o", input_tokens=1_000_000, output_tokens=0, complete=True)
    cost = Pricer(file).price(usage, None, "my-gateway", "openai-chat", 0)
    assert (cost.cost, cost.cost_source) == (2_500_000_000, "price-override")


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.name
)
def test_it_names_files_and_commands_that_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target
    named = set(re.findall(r"(?:`|^ {4}|\(|[|;=] |\$\()frank ([a-z]+)", text, re.MULTILINE))
    assert named <= set(COMMANDS), named - set(COMMANDS)
    assert named, "nothing was looked at"
