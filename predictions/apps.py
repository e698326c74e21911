from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PredictionsConfig(AppConfig):
    name = "predictions"
    verbose_name = _("Predictions")

    def ready(self) -> None:
        from partners.erasure import KEEPERS, WORDLESS
        from partners.uploads import TAKERS
        from training.events import TELLERS

        TAKERS["outcomes"] = "predictions.outcome_files"
        KEEPERS.append("predictions.erasure")
        TELLERS.append("predictions.feedback")
        tables = ("score", "recommendation", "prospect", "outlook")
        WORDLESS.update(f"predictions.{table}" for table in tables)
