"""The packages for Node, installed on first use from tests/node/package-lock.json, and scripts that use them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.sidecar import clean_environment

__all__ = ["FOLDER", "install", "node_script"]

FOLDER = Path(__file__).parents[1] / "node"
STAMP = FOLDER / "node_modules" / ".package-lock.json"


def install() -> None:
    """The packages of tests/node. Skips the test, saying why, where the packages cannot be had."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node with npm is not installed")
    if STAMP.exists() and STAMP.stat().st_mtime >= (FOLDER / "package-lock.json").stat().st_mtime:
        return
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm ci took more than two minutes: is the registry reachable?")
    if done.returncode:
        pytest.skip(f"npm ci failed: {done.stderr.strip().splitlines()[-1:]}")
    STAMP.touch()


def node_script(script: str, **environment: str) -> Any:
    """Run an ECMAScript module that may import the SDKs; gives the JSON that it prints."""
    install()
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        cwd=FOLDER,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
