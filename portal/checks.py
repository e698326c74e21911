"""`manage.py check --deploy`: what Django cannot know is wrong on a server that others reach.

Django's own checks already refuse DEBUG (security.W018) and cookies without HTTPS (W012, W016).
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection
from django.utils.translation import gettext as _

LOCAL = {"localhost", "127.0.0.1", "[::1]"}
SILENT_MAIL = ("console", "filebased", "dummy", "locmem")


@register(Tags.security, deploy=True)
def keys(app_configs: Sequence[Any] | None, **_kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.SECRET_KEY == settings.INSECURE_KEY:
        found.append(
            Error(
                _("SECRET_KEY is the one everybody can read in the source: anyone could sign in as anyone."),
                hint=_("Set SECRET_KEY to 50 or more random characters."),
                id="fairway.E001",
            )
        )
    if settings.ARTEFACT_KEY == settings.SECRET_KEY:
        found.append(
            Error(
                _("Models are signed with SECRET_KEY, so a leak of one is a leak of both."),
                hint=_("Set FAIRWAY_ARTEFACT_KEY to other random characters, alike on every host."),
                id="fairway.E002",
            )
        )
    if settings.VAULT_KEY == settings.SECRET_KEY:
        found.append(
            Error(
                _("The files partners sent are sealed under SECRET_KEY, so a leak of one is a leak of both."),
                hint=_("Set FAIRWAY_VAULT_KEY to other random characters, alike on every host."),
                id="fairway.E009",
            )
        )
    return found


@register(Tags.database, deploy=True)
def database(app_configs: Sequence[Any] | None, **_kwargs: Any) -> list[CheckMessage]:
    if connection.vendor != "sqlite":
        return []
    return [
        Error(
            _("The database is SQLite: one file on one machine, and one writer at a time."),
            hint=_("Set DATABASE_URL to a PostgreSQL database: postgres://user:password@host/name"),
            id="fairway.E003",
        )
    ]


@register(Tags.async_support, deploy=True)
def broker(app_configs: Sequence[Any] | None, **_kwargs: Any) -> list[CheckMessage]:
    if not settings.REDIS_URL.startswith("redis+socket://"):
        return []
    return [
        Error(
            _("REDIS_URL is not set: workers on other machines cannot reach the broker of this one."),
            hint=_("Set REDIS_URL to a Redis or Valkey server: redis://host:6379/0"),
            id="fairway.E004",
        )
    ]


@register(Tags.security, deploy=True)
def mail(app_configs: Sequence[Any] | None, **_kwargs: Any) -> list[CheckMessage]:
    if not any(f".{kind}." in settings.EMAIL_BACKEND for kind in SILENT_MAIL):
        return []
    return [
        Error(
            _("E-mail goes to a file or the screen: invitations and password resets reach nobody."),
            hint=_("Set EMAIL_URL, for example smtp+tls://user:password@host:587"),
            id="fairway.E005",
        )
    ]


@register(Tags.security, deploy=True)
def reach(app_configs: Sequence[Any] | None, **_kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if set(settings.ALLOWED_HOSTS) <= LOCAL:
        found.append(
            Error(
                _("ALLOWED_HOSTS names only this machine: every visitor would be refused."),
                hint=_("Set ALLOWED_HOSTS to the names people type, separated by commas."),
                id="fairway.E006",
            )
        )
    if settings.DEMO:
        found.append(
            Error(
                _("FAIRWAY_DEMO is on: the demo world's logins, with known passwords, are offered."),
                hint=_("Unset FAIRWAY_DEMO."),
                id="fairway.E007",
            )
        )
    return found


@register(Tags.staticfiles, deploy=True)
def static_files(app_configs: Sequence[Any] | None, **_kwargs: Any) -> list[CheckMessage]:
    if not settings.WHITENOISE_USE_FINDERS:
        return []
    return [
        Warning(
            _("Static files are served from their sources: neither compressed nor kept by browsers."),
            hint=_("Set FAIRWAY_STATIC_FROM_SOURCE=0 and run manage.py collectstatic once per release."),
            id="fairway.W008",
        )
    ]
