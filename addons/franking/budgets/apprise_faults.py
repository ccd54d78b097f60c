"""Why apprise could not deliver, in our own words. Pure.

What it logs on the way quotes URLs, which are secrets, and what receivers say. So nothing of it is told on: known
patterns are looked for, and each stands for a sentence of ours.
"""

import re
from collections.abc import Iterable

__all__ = ["UNKNOWN", "why"]

UNKNOWN = "apprise could not deliver it, and does not say why: is the url as its documentation has it?"

_HTTP = re.compile(r"\berror=(\d{3})\b")
_SMTP = re.compile(r"\((\d{3}), b['\"]")
_CAUGHT = "Socket Exception: "

_MAIL = {
    "530": "it wants a user name and a password, or TLS before",
    "534": "it wants another way to log in: perhaps a password for applications",
    "535": "it does not take the user name and password",
    "550": "it does not take mail for a recipient, or from this sender",
    "552": "the message is too large",
    "553": "it does not take mail from this sender",
}

_CAUSES = (
    ("name or service not known|nodename nor servname|name resolution|failed to resolve",
     "the receiver's name is not known here"),
    ("connection refused", "the receiver cannot be reached: connection refused"),
    ("no route to host|network is unreachable", "the receiver cannot be reached: there is no way to its network"),
    ("starttls extension not supported", "the mail server speaks no TLS: mailto:// with mode=insecure goes without"),
    ("certificate_verify_failed|certificate verify failed", "the receiver's certificate is not trusted"),
    (r"\bssl\b|wrong_version_number|sslerror", "the receiver speaks no TLS, or another one"),
    ("timed out|timeout", "the receiver did not answer in time"),
    ("connection unexpectedly closed|connection aborted|connection reset|remote end closed",
     "the receiver ended the connection without an answer"),
)  # fmt: skip


def why(logged: Iterable[tuple[str, str]]) -> str:
    """logged: (level, text) of each entry, as they came."""
    for level, text in logged:
        if text.startswith(_CAUGHT):
            if (code := _SMTP.search(text)) is not None:
                said = f": {_MAIL[code[1]]}" if code[1] in _MAIL else ""
                return f"the mail server answered {code[1]}{said}"
            for pattern, said in _CAUSES:
                if re.search(pattern, text, re.IGNORECASE):
                    return said
        elif level != "DEBUG" and (code := _HTTP.search(text)) is not None:
            return f"the receiver answered HTTP {code[1]}"
    return UNKNOWN
