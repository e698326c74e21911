"""Bodies of requests: how large a view takes them, and reading one as it comes in."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.request import UnreadablePostError

BLOCK = 2**18
View = TypeVar("View", bound=Callable[..., Any])


def takes(limit: Callable[[], int]) -> Callable[[View], View]:
    """Mark a view that takes larger bodies than a form's fields; portal.middleware.BodyLimit refuses what is larger."""

    def mark(view: View) -> View:
        view.body_limit = limit  # type: ignore[attr-defined]
        return view

    return mark


def incoming(request: HttpRequest) -> Iterator[bytes]:
    """The body as it comes in, never the whole of it. When the sender is gone, what came before is what there is."""
    try:
        while block := request.read(BLOCK):
            yield block
    except UnreadablePostError:
        return
