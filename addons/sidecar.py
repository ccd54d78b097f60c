"""``mitmdump -s addons/sidecar.py``: franking's addons in a stock mitmproxy."""

from franking.proxy.guest import Guest

addons = [Guest()]
