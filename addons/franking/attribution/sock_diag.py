"""One exact SOCK_DIAG request to the Linux kernel: the inode and owner of the TCP socket with these two ends.

``ask()`` costs some ten microseconds however many sockets there are, unlike ``/proc/net/tcp``, which prints them all.
It sees the sockets of its own network namespace only. Layouts: linux/inet_diag.h and linux/netlink.h.
"""

import errno
import os
import socket
import struct
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

__all__ = ["Owner", "ask", "plain"]

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
NLMSG_ERROR = 2
NLM_F_REQUEST = 1
ALL_STATES = 0xFFFFFFFF
NO_COOKIE = b"\xff" * 8
HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port id
REQUEST = struct.Struct("=BBBxI")  # family, protocol, extensions, states
SOCKET_ID = struct.Struct("!HH16s16s")  # source port, destination port, source, destination
ANSWER = struct.Struct("=BBBB48sIIIII")  # family, state, timer, retransmits, socket id, expires, queues, uid, inode
WAIT = struct.pack("ll", 0, 20_000)  # the kernel answers within the call; a bound all the same


@dataclass(frozen=True, slots=True)
class Owner:
    """inode: 0 where no process holds the socket any more. uid: of who opened it."""

    inode: int
    uid: int


@lru_cache(256)
def plain(host: str) -> tuple[str, int]:
    """An address without its zone, an IPv4-mapped one as IPv4, and its family. Raises ValueError for a name."""
    address = ip_address(host.partition("%")[0])
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return str(address), socket.AF_INET6
        address = address.ipv4_mapped
    return str(address), socket.AF_INET


def ask(local: tuple[str, int], remote: tuple[str, int], interface: int = 0) -> Owner | None:
    """The owner of the socket from ``local`` to ``remote``; None where this network namespace has none.

    interface: the zone of link-local addresses, else 0. Raises OSError where the kernel does not offer SOCK_DIAG,
    ValueError where an end is no address.
    """
    source, family = plain(local[0])
    destination, other_family = plain(remote[0])
    if family != other_family:
        raise ValueError("the two ends are of different address families")
    ends = SOCKET_ID.pack(local[1], remote[1], socket.inet_pton(family, source), socket.inet_pton(family, destination))
    body = REQUEST.pack(family, socket.IPPROTO_TCP, 0, ALL_STATES) + ends + struct.pack("=I", interface) + NO_COOKIE
    message = HEADER.pack(HEADER.size + len(body), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0) + body
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_SOCK_DIAG) as netlink:
        netlink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, WAIT)
        netlink.sendto(message, (0, 0))
        reply = netlink.recv(4096)
    kind = HEADER.unpack_from(reply)[1]
    if kind == NLMSG_ERROR:
        code = -struct.unpack_from("=i", reply, HEADER.size)[0]
        if code == errno.ENOENT:
            return None
        raise OSError(code, os.strerror(code))
    _, _, _, _, found, _, _, _, uid, inode = ANSWER.unpack_from(reply, HEADER.size)
    # Where no connection matches, the kernel falls back to a listener on the source port, which has no other end.
    if kind != SOCK_DIAG_BY_FAMILY or found[:4] != ends[:4]:
        return None
    return Owner(inode=inode, uid=uid)
