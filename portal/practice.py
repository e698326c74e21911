"""The messy sample as a download: a first upload to practise on, without own data at stake."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from partners.access import PartnerRequest, Right, door
from partners.models import Partner

NAMES = {"en": "messy-orders.csv", "zh-hans": "messy-orders-zh.csv"}


@door(to=Right.UPLOAD)
@require_safe
def messy_file(request: PartnerRequest, partner: Partner, language: str) -> HttpResponse:
    """An orders file as untidy as real ones, its dates ending today."""
    if language not in NAMES:
        raise Http404
    from portal.demo import messy  # the makings of the demo stay out of the web process until somebody practises

    today = partner.clock(timezone.now()).date()
    response = HttpResponse(messy.sample(language, until=today), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{NAMES[language]}"'
    return response
