"""What HEAD says, read without GitPython: for whoever cannot wait for its import (0.3 s), such as a shell's prompt."""

# Paths are strings here, as the kernel gave them.
# ruff: noqa: PTH112, PTH118
import os

from franking.attribution import reading

__all__ = ["branch"]


def branch(git_dir: str, common_dir: str) -> str | None:
    """The reference that HEAD stands for (``refs/heads/main``), None where it is detached.

    Raises ValueError, OSError or UnreadableError where the folders are no repository.
    """
    if not all(os.path.isdir(os.path.join(common_dir, part)) for part in ("objects", "refs")):
        raise ValueError("not a git repository")
    head = os.fsdecode(reading.read(os.path.join(git_dir, "HEAD"))).strip()
    return head[len("ref:") :].strip() if head.startswith("ref:") else None
