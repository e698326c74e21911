"""Programs at the door: keys of the cast, and a client that speaks with one."""

import base64
import json
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django_scopes import scope

from partners import keys
from partners.models import ApiKey, Arrival, Customer, ErasureRun, Feed, Partner, Product, Upload, UploadRun
from predictions.models import OfferRule, Outcome, Recommendation, Score
from tests.cast import CANARY, Cast

PROBLEM = "application/problem+json"
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}


class Program:
    """A program with one key (or none) that asks the API in English unless told."""

    def __init__(self, secret: str | None = None, **headers: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"HTTP_ACCEPT_LANGUAGE": "en", **headers}
        if secret is not None:
            self.headers["HTTP_AUTHORIZATION"] = f"Bearer {secret}"

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(f"/api/v1/{path}", query, **self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        data = "" if body is None else json.dumps(body)
        return self.client.post(f"/api/v1/{path}", data, content_type="application/json", **{**self.headers, **headers})

    def put(self, path: str, body: Any) -> HttpResponse:
        return self.client.put(f"/api/v1/{path}", json.dumps(body), content_type="application/json", **self.headers)

    def delete(self, path: str) -> HttpResponse:
        return self.client.delete(f"/api/v1/{path}", **TUS, **self.headers)

    def announce(self, size: int, *, told: dict[str, str] | None = None, **headers: str) -> HttpResponse:
        """Announce a file that will come in pieces."""
        told = {"filename": "orders.csv", "kind": "orders", **(told or {})}
        pairs = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())
        said = {**TUS, "HTTP_UPLOAD_LENGTH": str(size), "HTTP_UPLOAD_METADATA": pairs, **self.headers, **headers}
        return self.client.post("/api/v1/arrivals/", "", content_type="text/plain", **said)

    def patch(self, path: str, piece: bytes, *, at: int, **headers: str) -> HttpResponse:
        said = {**TUS, "HTTP_UPLOAD_OFFSET": str(at), **self.headers, **headers}
        kind = said.pop("content_type", "application/offset+octet-stream")
        return self.client.patch(f"/api/v1/{path}", piece, content_type=kind, **said)

    def send(self, content: bytes, *, name: str = "orders.csv", kind: str = "orders", **more: str) -> HttpResponse:
        """Send a file; names beginning with HTTP_ are headers, the rest are fields."""
        headers = {key: more.pop(key) for key in list(more) if key.startswith("HTTP_")}
        body = {"kind": kind, "file": SimpleUploadedFile(name, content), **more}
        return self.client.post("/api/v1/uploads/", body, **{**self.headers, **headers})


class Keys:
    """Makes keys and the programs that hold them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.numbers = count(1)

    def make(self, partner: Partner, role: str = "manager", *, personal: bool = True) -> tuple[ApiKey, str]:
        key = ApiKey(partner=partner, name=f"Key {next(self.numbers)}", role=role, sees_personal_data=personal)
        return keys.issue(key, by=None, at=timezone.now())

    def program(self, partner: Partner | None = None, role: str = "manager", *, personal: bool = True) -> Program:
        return Program(self.make(partner or self.cast.alder, role, personal=personal)[1])

    def spoilt(self, how: str) -> Program:
        """A program whose key does not open anything (any more)."""
        if how == "no key":
            return Program()
        if how == "bad key":
            return Program("fw_not-a-key-at-all")
        key, secret = self.make(self.cast.alder, "owner")
        now = timezone.now()
        if how == "expired":
            key.expires_at = now - timedelta(seconds=1)
        elif how == "revoked":
            key.revoked_at = now
        key.save()
        if how == "closed partner":
            Partner.objects.filter(pk=key.partner_id).update(is_active=False)
        return Program(secret)


@pytest.fixture
def keyring(cast: Cast) -> Keys:
    return Keys(cast)


class World:
    """Alder and Birch, each with something at every address; all that is Birch's bears its canary."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        cast.churn, cast.offers  # noqa: B018 - made when first named
        self.ours = self._belongings(cast.alder, cast.customers[0], cast.products[0], "ours")
        self._birch_scores()
        self.theirs = self._belongings(cast.birch, cast.foreign_customer, cast.foreign_product, CANARY)

    def _belongings(self, partner: Partner, customer: Customer, product: Product, word: str) -> dict[str, Any]:
        problem = {"cause": "not_a_date", "level": "error", "column": word, "field": "date", "count": 1,
                   "examples": [{"row": 7, "value": f"{word} Person"}]}  # fmt: skip
        match = {"source": word, "index": 0, "role": "field", "field": "date", "confidence": 1.0, "samples": [word],
                 "why": "", "by_hand": False}  # fmt: skip
        with scope(partner=partner):
            upload = Upload.objects.create(
                partner=partner,
                kind="orders",
                filename=f"{word}.csv",
                size=10,
                sha256="0" * 64,
                state="refused",
                mapping={"kind": "orders", "matches": [match]},
                report={"lines": 9, "good": 8, "rejected": 1, "skipped": 0, "groups": [problem]},
            )
            run = UploadRun.objects.create(upload=upload, step="check", state="succeeded", message=word)
            arrival = Arrival.objects.create(
                partner=partner,
                kind="orders",
                filename=f"{word}.csv",
                size=9,
                options={"wishes": {}, "columns": [], "complete": False},
                expires_at=timezone.now() + timedelta(days=1),
            )
            erasure = ErasureRun.objects.create(partner=partner, message=word)
            place = {"endpoint": f"https://{word.lower()}.example.com", "bucket": word, "region": "eu-1"}
            feed = Feed.objects.create(partner=partner, name=word, kind="orders", way="s3", place=place)
            outcome = Outcome.objects.create(
                partner=partner, customer=customer, product=product, verdict="saved", note=word, on=date(2026, 10, 5)
            )
            rule = OfferRule.objects.create(partner=partner, kind="pin", sku=product.sku, note=word)
        made = {"upload": upload, "rule": rule, "run": run, "arrival": arrival, "feed": feed, "erasure": erasure}
        return {**made, "outcome": outcome, "customer": customer, "product": product}

    def _birch_scores(self) -> None:
        cast = self.cast
        common = {"partner": cast.birch, "customer": cast.foreign_customer, "rank": 1, "probability": 0.5}
        self.foreign_churn = cast.publication(cast.birch)
        foreign_offers = cast.publication(cast.birch, "recommendation", version=cast.offers.version)
        with scope(partner=cast.birch):
            Score.objects.create(publication=self.foreign_churn, band="high", reasons=[{"code": CANARY}], **common)
            Recommendation.objects.create(
                publication=foreign_offers, product=cast.foreign_product, score=1, reason={"code": CANARY}, **common
            )


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)
