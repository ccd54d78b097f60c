"""Looking for canaries: secrets planted in requests that may stand in no file of a sidecar."""

import base64
from pathlib import Path

from support.clients import CANARIES

__all__ = ["leaks"]


def leaks(folder: Path) -> list[str]:
    """``file: canary`` for every one found under a folder, plain or in base64."""
    forms = {name: (text.encode(), base64.b64encode(text.encode())[:-4]) for name, text in CANARIES.items()}
    files = [file for file in folder.rglob("*") if file.is_file()]
    contents = {file: file.read_bytes() for file in files}
    return [
        f"{file}: {name}"
        for file, content in contents.items()
        for name, looks in forms.items()
        if any(look in content for look in looks)
    ]
