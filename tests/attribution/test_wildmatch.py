"""git's path patterns."""

import pytest

from franking.attribution.wildmatch import wildmatch

CASES = [
    ("main", "main", True),
    ("main", "mainly", False),
    ("feature/*", "feature/x", True),
    ("feature/*", "feature/x/y", False),
    ("feature/**", "feature/x/y", True),
    ("**/shop/**", "/home/me/shop/.git", True),
    ("**/shop/**", "shop/.git", True),
    ("**/shop/**", "/home/me/workshop/.git", False),
    ("/home/**/.git", "/home/.git", True),
    ("/home/**/.git", "/home/a/b/.git", True),
    ("/home/a**b/.git", "/home/axb/.git", True),
    ("/home/a**b/.git", "/home/ax/yb/.git", False),
    ("**", "a/b", True),
    ("v?", "v1", True),
    ("a?b", "a/b", False),
    ("v[0-9]", "v1", True),
    ("v[!0-9]", "v1", False),
    ("v[^0-9]", "vx", True),
    ("a[/]b", "a/b", False),
    ("a[]]b", "a]b", True),
    ("a\\*", "a*", True),
    ("a\\*", "ab", False),
    ("a[", "a[", True),
    ("a[z-a]", "az", False),
    ("*.git", "shop.git", True),
    ("https://github.com/**", "https://github.com/a/b", True),
    ("*(", "a(", True),
]


@pytest.mark.parametrize(("pattern", "text", "matches"), CASES)
def test_wildmatch(pattern: str, text: str, matches: bool) -> None:
    assert wildmatch(pattern, text) is matches


def test_case() -> None:
    assert wildmatch("**/SHOP/**", "/home/shop/.git", ignore_case=True)
    assert not wildmatch("**/SHOP/**", "/home/shop/.git")
