"""A process takes what its hard limit allows it, and no less than it had."""

import subprocess
import sys

import pytest

resource = pytest.importorskip("resource")

SCRIPT = """
import resource
from franking.supervisor import limits
limits.MOST = {most}
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
limits.allow_connections()
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(
    ("soft", "hard", "most", "after"),
    [(100, 300, 65_536, "300 300"), (100, 300, 200, "200 300"), (250, 300, 200, "250 300"), (300, 300, 400, "300 300")],
)
def test_more_files(soft: int, hard: int, most: int, after: str) -> None:
    script = SCRIPT.format(soft=soft, hard=hard, most=most)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == after
