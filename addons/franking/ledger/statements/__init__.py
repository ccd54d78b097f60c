"""The views' questions as SQL: written once with SQLAlchemy Core, for any engine that it has a dialect for.

``tables`` names what is asked, ``conditions``, ``sums``, ``callers`` and ``singles`` build the statements as pure
functions of what is asked for, ``every`` lists them. No date functions, no division, integers for money and time,
values as parameters only: so they read alike in SQLite, PostgreSQL and ClickHouse.

SQLAlchemy takes longer to import than `frank costs` may take in all. So their text for SQLite is shipped beside them
(``sqlite.json``, written by ``scripts/statements``; a test proves that it is what the builders give), and ``kept`` puts
a question together from it. A command imports nothing else in here.
"""
