from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Fairway"

    def ready(self) -> None:
        from importlib.util import find_spec

        from partners.erasure import KEEPERS

        if find_spec("portal.checks"):
            from portal import checks  # noqa: F401 - registers the deployment checks
        KEEPERS.append("portal.erasure")
