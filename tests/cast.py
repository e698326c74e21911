"""The one cast of all tests.

Ada (owner), Max (manager) and Vic (viewer) work at Alder, an English reseller; Olga owns Birch, another partner, and
Min (manager) works there in Chinese. Vera is vendor staff. Noel belongs nowhere. Alder has three customers and two
products; Birch has one of each, with canary names that must never show up on anyone else's page.
"""

from datetime import date
from functools import cached_property
from typing import Any

from django.test import Client
from django_scopes import scope

from partners.models import Customer, DatasetVersion, Membership, Partner, Product, User
from partners.models.member import Role
from predictions.models import Pointer, Publication, Recommendation, Score, ScoringRun
from training.models import Champion, ModelVersion

PASSWORD = "correct horse battery"
CANARY = "Canary-of-Birch"


class Cast:
    """People and partners are made when a test first names them."""

    @cached_property
    def alder(self) -> Partner:
        return Partner.objects.create(slug="alder", name="Alder Systems", currency="EUR")

    @cached_property
    def birch(self) -> Partner:
        return Partner.objects.create(
            slug="birch", name=f"{CANARY} 北辰", currency="CNY", language="zh-hans", time_zone="Asia/Shanghai"
        )

    def person(self, name: str, partner: Partner | None = None, role: str = "", **more: Any) -> User:
        personal = more.pop("personal", False)
        user = User.objects.create_user(f"{name.lower()}@example.com", PASSWORD, name=name, **more)
        if partner:
            Membership.objects.create(user=user, partner=partner, role=role, sees_personal_data=personal)
        return user

    @cached_property
    def ada(self) -> User:
        return self.person("Ada", self.alder, Role.OWNER, personal=True)

    @cached_property
    def max(self) -> User:
        return self.person("Max", self.alder, Role.MANAGER, personal=True)

    @cached_property
    def vic(self) -> User:
        return self.person("Vic", self.alder, Role.VIEWER)

    @cached_property
    def olga(self) -> User:
        return self.person("Olga", self.birch, Role.OWNER, personal=True)

    @cached_property
    def min(self) -> User:
        return self.person("Min", self.birch, Role.MANAGER, language="zh-hans")

    @cached_property
    def vera(self) -> User:
        return self.person("Vera", is_staff=True, is_superuser=True)

    @cached_property
    def noel(self) -> User:
        return self.person("Noel")

    def browser(self, user: User | None = None) -> Client:
        """A browser in which this person is signed in (or nobody)."""
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    @cached_property
    def customers(self) -> list[Customer]:
        """Alder's three: Cyan (at risk), Dune (steady), Echo (gone)."""
        rows = [("C-1", "Cyan Ltd", 9000.0, 12), ("C-2", "Dune GmbH", 500.0, 4), ("C-3", "Echo SA", 80.0, 1)]
        with scope(partner=self.alder):
            return [
                Customer.objects.create(
                    partner=self.alder,
                    external_id=number,
                    name=name,
                    email=f"hello@{name.split()[0].lower()}.example",
                    segment="SMB",
                    region="North",
                    spend=spend,
                    orders=orders,
                    last_order_on=date(2026, 9, 1),
                )
                for number, name, spend, orders in rows
            ]

    @cached_property
    def products(self) -> list[Product]:
        rows = [("SKU-1", "Label printer", "Printers", 120.0, 80.0), ("SKU-2", "Label roll", "Supplies", 9.5, 5.0)]
        with scope(partner=self.alder):
            return [
                Product.objects.create(
                    partner=self.alder, sku=sku, name=name, category=category, price=price, cost=cost
                )
                for sku, name, category, price, cost in rows
            ]

    @cached_property
    def foreign_customer(self) -> Customer:
        with scope(partner=self.birch):
            return Customer.objects.create(
                partner=self.birch, external_id="B-1", name=CANARY, email="canary@example.com"
            )

    @cached_property
    def foreign_product(self) -> Product:
        with scope(partner=self.birch):
            return Product.objects.create(partner=self.birch, sku="B-SKU", name=CANARY)

    def dataset(self, partner: Partner) -> DatasetVersion:
        with scope(partner=partner):
            found, made = DatasetVersion.objects.get_or_create(
                partner=partner,
                number=1,
                defaults={"first_on": date(2024, 1, 1), "last_on": date(2026, 9, 30), "counts": {"orders": 17}},
            )
        if made:
            partner.dataset = found
            partner.save()
        return found

    def version(self, kind: str = "churn", **more: Any) -> ModelVersion:
        number = ModelVersion.objects.filter(kind=kind, partner=more.get("partner")).count() + 1
        fields: dict[str, Any] = {
            "kind": kind,
            "number": number,
            "family": "logistic",
            "outcome": "inactivity:90" if kind == "churn" else "",
            "as_of": date(2026, 10, 1),
            "rows": 1000,
            "metrics": {"auc": {"value": 0.8, "low": 0.77, "high": 0.83}, "naive": {"auc": 0.7}},
            "card": {"calibration": [{"low": 0.8, "high": 0.9, "predicted": 0.85, "observed": 0.84, "n": 100}]},
            "digest": "0" * 64,
        }
        return ModelVersion.objects.create(**{**fields, **more})

    @cached_property
    def champion(self) -> ModelVersion:
        """A network-wide churn champion (its files do not exist: pages only)."""
        version = self.version(alias="champion")
        Champion.objects.create(kind="churn", version=version)
        return version

    def publication(self, partner: Partner, kind: str = "churn", *, version: ModelVersion | None = None) -> Publication:
        """A published, pointed-at, still empty publication of this partner."""
        version = version or (self.champion if kind == "churn" else self.version(kind))
        run = ScoringRun.objects.create(kind=kind, partner=partner, as_of=date(2026, 10, 1), state="succeeded")
        with scope(partner=partner):
            made = Publication.objects.create(
                partner=partner,
                kind=kind,
                run=run,
                version=version,
                dataset=self.dataset(partner),
                as_of=date(2026, 10, 1),
                state="published",
                counts={"scored": 3, "gone": 1},
            )
            Pointer.objects.update_or_create(partner=partner, kind=kind, defaults={"publication": made})
        return made

    @cached_property
    def churn(self) -> Publication:
        """Alder's churn list: Cyan high, Dune low, Echo already gone."""
        made = self.publication(self.alder)
        reason = {"code": "recency", "sign": 1, "weight": 1.2, "values": {"silence": 74, "gap": 21}}
        rows = [(0.82, "high", 7380.0, False), (0.11, "low", 55.0, False), (0.97, "high", 10.0, True)]
        with scope(partner=self.alder):
            for rank, (customer, (chance, band, money, gone)) in enumerate(zip(self.customers, rows, strict=True), 1):
                Score.objects.create(
                    partner=self.alder,
                    publication=made,
                    customer=customer,
                    rank=rank,
                    probability=chance,
                    band=band,
                    money=money,
                    gone=gone,
                    reasons=[reason],
                    change=0.05,
                )
        return made

    @cached_property
    def offers(self) -> Publication:
        """Alder's recommendations: the printer is new to Cyan, the roll a repeat."""
        made = self.publication(self.alder, "recommendation")
        with scope(partner=self.alder):
            for rank, product in enumerate(self.products, 1):
                Recommendation.objects.create(
                    partner=self.alder,
                    publication=made,
                    customer=self.customers[0],
                    product=product,
                    rank=rank,
                    score=1 / rank,
                    probability=0.4 / rank,
                    expected_value=48.0 / rank,
                    reason={"code": "rhythm", "values": {"every": 35, "last": 42}},
                    is_repeat=rank == 2,
                )
        return made
