"""`manage.py createpartner SLUG --name NAME [--owner EMAIL]`: a new partner, and whom to invite."""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from partners.commands import sentences
from partners.models import Partner
from partners.teams import invite
from portal.kit.errors import Refusal


class Command(BaseCommand):
    help = "Create a partner organisation; with --owner, invite its first owner by mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)
        parser.add_argument("--owner", metavar="EMAIL")
        parser.add_argument("--kind", choices=Partner.Kind.values, default=Partner.Kind.RESELLER)
        parser.add_argument("--currency", default="EUR")
        parser.add_argument("--language", choices=["en", "zh-hans"], default="en")
        parser.add_argument("--time-zone", default="UTC")

    @sentences
    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["slug"]
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
            raise Refusal(f"“{slug}” cannot stand in an address: use lower-case letters, digits and single hyphens.")
        if Partner.objects.filter(slug=slug).exists():
            raise Refusal(f"There is a partner “{slug}” already: choose another short name.")
        partner = Partner(
            slug=slug, **{name: options[name] for name in ("name", "kind", "currency", "language", "time_zone")}
        )
        try:
            partner.full_clean()
            if options["owner"]:
                validate_email(options["owner"])
        except ValidationError as error:
            raise Refusal(" ".join(error.messages)) from error
        with transaction.atomic():
            partner.save()
            self.stdout.write(f"Created partner {partner.slug}.")
            if options["owner"]:
                invite(partner, options["owner"], role="owner", by=None, at=timezone.now(), sees_personal_data=True)
                self.stdout.write(f"Invited {options['owner']} as its owner; the mail holds the link.")
