"""Version 8: links that show one project's page to somebody outside. Never edited once released.

``links``: ``id`` is random and stands in the link's token, which is itself nowhere in the ledger; ``project`` is the
project's number, so that a link goes along with a new name. ``address`` is the origin that the link was made for
(``https://costs.example.com``), ``period`` the one that its page opens with. ``key`` tells keys apart without telling
one (``projects/link_tokens.py``): a link that was signed by an earlier key is void. Times are microseconds UTC;
``revoked_at`` and ``used_at`` are NULL until then.
"""

__all__ = ["STATEMENTS"]

_LINKS = """
CREATE TABLE links (
    id TEXT PRIMARY KEY,
    project INTEGER NOT NULL,
    address TEXT NOT NULL,
    note TEXT,
    period TEXT NOT NULL,
    with_users INTEGER NOT NULL,
    key TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    used_at INTEGER
) STRICT, WITHOUT ROWID
"""

STATEMENTS: tuple[str, ...] = (_LINKS,)
