"""The one way out: HTTP for feeds and media, over connections whose address was checked."""

from glamflow.net.session import Response, Session

__all__ = ["Response", "Session"]
