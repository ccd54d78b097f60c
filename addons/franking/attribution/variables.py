"""The environment variables of a calling process that franking reads. No other one leaves ``/proc``.

WANTED: all of them. GIT: those that change what git sees from a directory; the others speak for the request itself.
``PWD`` is not among them: a process can change its directory without changing it.
"""

__all__ = ["GIT", "WANTED"]

GIT = frozenset(
    {
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_DIR",
        "GIT_WORK_TREE",
        "HOME",
        "XDG_CONFIG_HOME",
    }
)

WANTED = GIT | {
    "FRANKING_FEATURE",
    "FRANKING_PROJECT",
    "FRANKING_SESSION",
    "KILOCODE_EDITOR_NAME",
    "KILOCODE_EDITOR_VERSION",
    "KILOCODE_FEATURE",
    "KILO_PLATFORM",
}
