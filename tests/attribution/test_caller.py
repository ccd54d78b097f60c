"""The caller: real child processes, connected for real, each found as the process it is."""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from franking.attribution import caller, caller_portable, processes, sock_diag
from franking.attribution.values import Peer
from support.sidecar import clean_environment
from support.waiting import until

CONNECT = "import socket, sys; s = socket.create_connection((sys.argv[1], int(sys.argv[2])))"
WAIT = "sys.stdin.read()"


class Listener:
    """A listening socket, as the proxy has one, and the children that connect to it."""

    def __init__(self, family: int = socket.AF_INET, host: str = "127.0.0.1") -> None:
        self.socket = socket.create_server((host, 0), family=family, backlog=128, dualstack_ipv6=host == "::")
        self.socket.settimeout(20)
        self.address = [host if host != "::" else "127.0.0.1", str(self.socket.getsockname()[1])]
        self.children: list[subprocess.Popen[bytes]] = []
        self.accepted: list[socket.socket] = []

    def start(self, *program: str, cwd: Path | None = None, **variables: str) -> subprocess.Popen[bytes]:
        """A child; it ends when its standard input is closed."""
        environment = clean_environment(**variables)
        child = subprocess.Popen(program, cwd=cwd, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.children.append(child)
        return child

    def python(self, text: str, cwd: Path | None = None, **variables: str) -> subprocess.Popen[bytes]:
        return self.start(sys.executable, "-c", text, *self.address, cwd=cwd, **variables)

    def accept(self) -> tuple[Any, Any]:
        """The two ends of the next connection, as ``caller.find`` takes them."""
        connection, client = self.socket.accept()
        self.accepted.append(connection)
        return client, connection.getsockname()

    def find(self) -> Peer:
        return caller.find(*self.accept())

    def close(self) -> None:
        for child in self.children:
            if child.stdin:
                child.stdin.close()
            try:
                child.wait(60)
            finally:
                child.kill()
                child.wait()
                if child.stdout:
                    child.stdout.close()
        for connection in (self.socket, *self.accepted):
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    opened = Listener()
    yield opened
    opened.close()


def test_a_caller(listener: Listener, tmp_path: Path) -> None:
    wanted = {"KILOCODE_FEATURE": "cli", "FRANKING_PROJECT": "caf\udce9", "GIT_DIR": "/x/\udcff", "HOME": "/home/me"}
    child = listener.python(f"{CONNECT}; {WAIT}", cwd=tmp_path, PWD="/elsewhere", SECRET="x", **wanted)
    peer = listener.find()
    assert (peer.pid, peer.directory, peer.fault) == (child.pid, str(tmp_path), None)
    assert peer.argv == (sys.executable, "-c", f"{CONNECT}; {WAIT}", *listener.address)
    assert peer.environment == wanted | {"FRANKING_PROJECT": "caf\ufffd"}
    assert caller.directory(peer) == str(tmp_path)


def test_curl(listener: Listener, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("no curl")
    child = listener.start(curl, "--silent", "--noproxy", "*", "http://{}:{}/".format(*listener.address), cwd=tmp_path)
    peer = listener.find()
    listener.accepted[0].sendall(b"HTTP/1.0 204 No Content\r\n\r\n")
    assert (peer.pid, peer.directory, peer.argv[0]) == (child.pid, str(tmp_path), curl)


@pytest.mark.parametrize(
    ("family", "host", "connect_to"),
    [
        (socket.AF_INET6, "::1", None),
        (socket.AF_INET6, "::", "127.0.0.1"),
        (socket.AF_INET, "127.0.0.1", "::ffff:127.0.0.1"),
    ],
)
def test_ipv6_and_mapped_addresses(family: int, host: str, connect_to: str | None) -> None:
    listener = Listener(family, host)
    try:
        listener.address[0] = connect_to or host
        child = listener.python(f"{CONNECT}; {WAIT}")
        assert listener.find().pid == child.pid
    finally:
        listener.close()


def test_a_changed_directory_is_seen(listener: Listener, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    child = listener.python(f"{CONNECT}; import os; sys.stdin.readline(); os.chdir('a'); {WAIT}", cwd=tmp_path)
    peer = listener.find()
    assert caller.directory(peer) == str(tmp_path)
    assert child.stdin is not None
    child.stdin.write(b"\n")
    child.stdin.flush()
    until(lambda: caller.directory(peer) == str(tmp_path / "a"), "the caller's new directory")


def test_a_removed_directory(listener: Listener, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    child = listener.python(
        f"{CONNECT}; import os; os.rmdir(os.getcwd()); print(); sys.stdout.flush(); {WAIT}", cwd=tmp_path / "gone"
    )
    assert child.stdout is not None
    child.stdout.readline()
    peer = listener.find()
    assert peer.directory == str(tmp_path / "gone")
    assert peer.fault is not None
    assert peer.fault.what == "its working directory was removed"


FORKED = f"""
import os
{CONNECT}
if os.fork() == 0:
    os.chdir("/")
    CHILD
    s.recv(1)
    os._exit(0)
print("forked", flush=True)
{WAIT}
s.shutdown(socket.SHUT_RDWR)
"""

# what the child of the caller does with the socket that it inherited
CHILDREN = {
    "keeps it": "pass",
    "under another number": "os.dup2(s.fileno(), 0); s.close(); s = socket.socket(fileno=0)",
    "hands it to a child of its own": "os.fork()",
    "hands it on and lets go": "os.fork() and (s.close(), os.wait(), os._exit(0))",
    "is left by its parent, in a session of its own": "os.setsid(); os.fork() and os._exit(0)",
}


@pytest.mark.parametrize("does", CHILDREN.values(), ids=CHILDREN.keys())
def test_a_child_that_inherited_the_socket_is_not_the_caller(listener: Listener, tmp_path: Path, does: str) -> None:
    child = listener.python(FORKED.replace("CHILD", does), cwd=tmp_path)
    assert child.stdout is not None
    assert child.stdout.readline() == b"forked\n"
    peer = listener.find()
    assert (peer.pid, peer.directory) == (child.pid, str(tmp_path))


def test_a_caller_that_exits_at_once(listener: Listener) -> None:
    child = listener.python(CONNECT)
    child.wait(60)
    peer = listener.find()
    assert peer.pid is None
    assert peer.fault is not None
    assert "closed the connection" in peer.fault.what or "gone" in peer.fault.what


def test_a_caller_that_ended_has_no_directory(listener: Listener, tmp_path: Path) -> None:
    child = listener.python(f"{CONNECT}; {WAIT}", cwd=tmp_path)
    peer = listener.find()
    child.send_signal(signal.SIGKILL)
    child.wait(60)
    assert caller.directory(peer) is None


def test_a_pid_that_is_another_process_by_now(listener: Listener, tmp_path: Path) -> None:
    listener.python(f"{CONNECT}; {WAIT}", cwd=tmp_path)
    peer = listener.find()
    assert peer.started is not None
    reused = Peer(peer.pid, peer.directory, peer.argv, peer.environment, None, peer.started - 1)
    assert caller.directory(reused) is None


def test_fifty_callers_at_a_time(listener: Listener, tmp_path: Path) -> None:
    folders = [tmp_path / str(n) for n in range(50)]
    for folder in folders:
        folder.mkdir()
    children = {listener.python(f"{CONNECT}; {WAIT}", cwd=folder).pid: str(folder) for folder in folders}
    ends = [listener.accept() for _ in folders]
    with ThreadPoolExecutor(8) as pool:
        peers = list(pool.map(lambda pair: caller.find(*pair), ends))
    assert {peer.pid: peer.directory for peer in peers} == children


def test_many_connections_of_few_callers_none_mistaken(listener: Listener, tmp_path: Path) -> None:
    """Two hundred look-ups while connections come and go; ``scripts/bench_attribution.py`` makes a thousand."""
    many = f"{CONNECT}; more = [socket.create_connection((sys.argv[1], int(sys.argv[2]))) for _ in range(19)]; {WAIT}"
    whose: dict[str, int] = {}
    ends = []
    for n in range(10):
        (tmp_path / str(n)).mkdir()
        child = listener.python(many, cwd=tmp_path / str(n))
        for _ in range(20):
            client, own = listener.accept()
            whose[str(client)] = child.pid
            ends.append((client, own))
    stop = threading.Event()

    def load() -> None:
        while not stop.is_set():
            with socket.create_connection((listener.address[0], int(listener.address[1]))):
                listener.socket.accept()[0].close()

    noise = threading.Thread(target=load)
    noise.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            peers = list(pool.map(lambda pair: caller.find(*pair), ends))
    finally:
        stop.set()
        noise.join()
    assert [peer.pid for peer in peers] == [whose[str(client)] for client, _ in ends]


def test_elsewhere(listener: Listener) -> None:
    own = ("127.0.0.1", int(listener.address[1]))
    there = caller.find(("192.0.2.1", 4242), own)
    here = caller.find(("127.0.0.1", 1), own)
    assert there.pid is here.pid is None
    assert there.fault is not None
    assert here.fault is not None
    assert "another machine" in there.fault.what
    assert "another network namespace" in here.fault.what


@pytest.mark.parametrize(
    "client", [("no address", 1), ("", 0), ("::1", 80, 0, 0), ("127.0.0.1", 70000), ("/a/socket", -1), (), (1, "x")]
)
def test_never_raises(client: Any) -> None:
    assert caller.find(client, ("127.0.0.1", 8787)).pid is None


def test_a_listener_on_the_clients_port_is_not_the_caller(listener: Listener) -> None:
    port = int(listener.address[1])
    assert sock_diag.ask(("127.0.0.1", port), ("127.0.0.1", 1)) is None


def test_another_users_caller_names_the_uid(listener: Listener) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    listener.python(f"{CONNECT}; {WAIT}")
    client, own = listener.accept()
    program = f"""
import os, sys
sys.path[:] = {sys.path!r}
from franking.attribution import caller
os.setgroups([]); os.setgid(65534); os.setuid(65534)
peer = caller.find({client!r}, {own!r})
print(peer.pid, peer.fault.what)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "None the caller runs as uid 0; this sidecar, as uid 65534, may not look into it"


def test_a_caller_in_another_container(listener: Listener, tmp_path: Path) -> None:
    """One whose mount table has another folder by the name of its directory."""
    unshare = shutil.which("unshare")
    if os.geteuid() != 0 or unshare is None:
        pytest.skip("needs root and unshare")
    inside = tmp_path / "inside"
    inside.mkdir()
    script = 'mount -t tmpfs none "$1" && cd "$1" && shift && exec "$@"'
    made = (unshare, "--mount", "sh", "-c", script, "sh", str(inside))
    if subprocess.run([*made, "true"], capture_output=True, timeout=60, check=False).returncode:
        pytest.skip("may not mount here")
    listener.start(*made, sys.executable, "-c", f"{CONNECT}; {WAIT}", *listener.address)
    peer = listener.find()
    assert peer.directory is None
    assert peer.fault is not None
    assert peer.fault.what == "its working directory is in another container"
    assert caller.directory(peer) is None


def test_no_sock_diag(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sock_diag, "NETLINK_SOCK_DIAG", 31)
    listener.python(f"{CONNECT}; {WAIT}")
    peer = listener.find()
    assert peer.pid is None
    assert peer.fault is not None
    assert "could not be looked up" in peer.fault.what


def test_a_process_that_is_gone_is_not_read(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    listener.python(f"{CONNECT}; {WAIT}")
    starts = itertools.count()
    monkeypatch.setattr(processes, "started", lambda _: next(starts))
    peer = listener.find()
    assert peer.pid is None
    assert peer.fault is not None
    assert "while it was looked up" in peer.fault.what


def test_the_portable_way(listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = listener.python(FORKED.replace("CHILD", "pass"), cwd=tmp_path, KILOCODE_FEATURE="cli", HOME="/home/me")
    assert child.stdout is not None
    assert child.stdout.readline() == b"forked\n"
    client, own = listener.accept()
    for system in ("darwin", "win32"):
        monkeypatch.setattr(sys, "platform", system)
        peer = caller_portable.find(client, own)
        if system == "darwin":  # Windows has one owner for each connection
            assert (peer.pid, peer.directory) == (child.pid, str(tmp_path))
        assert peer.environment == {"KILOCODE_FEATURE": "cli", "HOME": "/home/me"}
        assert peer.argv[0] == sys.executable
        assert caller_portable.directory(peer) == peer.directory
    monkeypatch.undo()
    assert caller_portable.find(("127.0.0.1", 1), own).pid is None
    gone = Peer(peer.pid, peer.directory, started=0)
    assert caller_portable.directory(gone) is None
