"""mitmproxy without the addons that a sidecar never uses. Import this before anything of mitmproxy.

``mitmproxy.addons`` imports every stock addon at its first touch (flask, ldap3, a viewer …): more than half of
the start-up time and a third of the memory. A bare package in its place lets single addons be imported by their
own names, which is all that this proxy does. Under ``mitmdump`` the real package is there first and stays.
"""

import importlib.machinery
import importlib.util
import sys

__all__: list[str] = []

_PACKAGE = "mitmproxy.addons"

if _PACKAGE not in sys.modules:
    _spec = importlib.util.find_spec(_PACKAGE)
    assert _spec is not None
    _bare = importlib.machinery.ModuleSpec(_PACKAGE, None, is_package=True)
    _bare.submodule_search_locations = _spec.submodule_search_locations
    sys.modules[_PACKAGE] = importlib.util.module_from_spec(_bare)
