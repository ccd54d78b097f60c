"""The demo's projects and the requests made in them: data, and the folders made from it."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["ASKS", "PROJECTS", "Ask", "Project", "make"]

KILO = "https://api.kilo.ai"
CHAT, FIM = f"{KILO}/api/openrouter/chat/completions", f"{KILO}/api/fim/completions"


@dataclass(frozen=True, slots=True)
class Project:
    """A folder to work in. origin: its git remote.  project_id: what its ``.kilocode/config.json`` says."""

    name: str
    told: str
    origin: str | None = None
    project_id: str | None = None


PROJECTS = (
    Project(
        "client-a",
        "has the remote git@github.com:example-co/client-a.git",
        origin="git@github.com:example-co/client-a.git",
    ),
    Project("shop", "has a .kilocode/config.json that names client-b", project_id="client-b"),
    Project("notebook", "has neither: it goes by its folder's name"),
)


@dataclass(frozen=True, slots=True)
class Ask:
    """A request. feature: in the client's environment as KILOCODE_FEATURE.  scenario: what the gateway does with it."""

    project: str
    client: Literal["curl", "python"]
    model: str
    prompt: str
    feature: str | None = None
    streamed: bool = True
    url: str = CHAT
    scenario: str | None = None

    @property
    def body(self) -> bytes:
        """The JSON to send."""
        text: Mapping[str, object] = (
            {"prompt": self.prompt, "suffix": ""}
            if self.url == FIM
            else {"messages": [{"role": "user", "content": self.prompt}]}
        )
        return json.dumps({"model": self.model, "stream": self.streamed, **text}).encode()


SONNET, MINI, CODESTRAL = "anthropic/claude-sonnet-4.5", "openai/gpt-5-mini", "mistralai/codestral-2508"
LONG = "Explain this function, line by line, and say what could go wrong in it. " * 40

ASKS = (
    Ask("client-a", "curl", SONNET, LONG, "vscode-extension"),
    Ask("client-a", "python", SONNET, LONG * 2, "vscode-extension"),
    Ask("client-a", "curl", MINI, "Name this branch.", "vscode-extension", streamed=False),
    Ask("client-a", "python", CODESTRAL, "def total(rows):\n    return ", url=FIM),
    Ask("client-a", "curl", CODESTRAL, "for row in rows:\n    ", url=FIM, streamed=False),
    Ask("shop", "curl", SONNET, LONG, "code-review", scenario="gzip"),
    Ask("shop", "python", SONNET, "Is this change safe?", "code-review", streamed=False),
    Ask("shop", "python", MINI, "Sum up the last ten commits.", "cli"),
    Ask("notebook", "python", MINI, "What is a good name for a sidecar?", "cli", streamed=False),
    Ask("notebook", "curl", MINI, "And for its ledger?"),
    Ask("notebook", "curl", SONNET, "One request too many.", "cli", scenario="429"),
)


def make(folder: Path, *, git: bool) -> None:
    """The projects' folders; with git each is a repository."""
    for project in PROJECTS:
        place = folder / project.name
        place.mkdir()
        if git:
            _git(place, "init", "--quiet")
            if project.origin:
                _git(place, "remote", "add", "origin", project.origin)
        if project.project_id:
            (place / ".kilocode").mkdir()
            file = place / ".kilocode" / "config.json"
            file.write_text(json.dumps({"project": {"id": project.project_id}}), encoding="utf-8")


def _git(place: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=place, check=True, capture_output=True, timeout=10)
