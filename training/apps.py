from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Models")

    def ready(self) -> None:
        from partners.erasure import KEEPERS

        KEEPERS.append("training.erasure")
