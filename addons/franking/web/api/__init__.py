"""What programs ask: ``/api/v1/…`` as JSON, described by ``/api/v1/openapi.json``, and ``/metrics`` for Prometheus.

``ROUTES`` is for the dashboard's application, which looks at Host, origin and token before any of it is reached.
"""

from franking.web.api.interface import ROUTES

__all__ = ["ROUTES"]
