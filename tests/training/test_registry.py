"""The registry: one champion per kind and scope, a diary of every move, and files nobody else has touched."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from portal.kit.errors import Refusal
from tests.cast import Cast
from training import registry
from training.ml import artefacts
from training.models import Champion, ModelVersion, Promotion

pytestmark = pytest.mark.lanes


def an_artefact(folder: Path, *, weight: float = 1.0) -> Path:
    folder.mkdir(parents=True)
    artefacts.seal(folder, {"kind": "churn", "weight": weight})
    return folder


def registered(home: Path, **more: Any) -> ModelVersion:
    fields: dict[str, Any] = {
        "kind": "churn",
        "partner": None,
        "outcome": "inactivity:90",
        "family": "logistic",
        "as_of": "2026-10-01",
        **more,
    }
    folder = an_artefact(home / "made" / str(ModelVersion.objects.count()), weight=ModelVersion.objects.count())
    return registry.register(fields, folder=folder)


class TestRegistering:
    def test_versions_are_numbered_by_kind_and_scope(self, cast: Cast, home: Path) -> None:
        scopes: list[dict[str, Any]] = [{}, {}, {"partner": cast.alder}, {"kind": "value"}]
        assert [str(registered(home, **one)) for one in scopes] == [
            "churn-network-1",
            "churn-network-2",
            "churn-alder-1",
            "value-network-1",
        ]

    def test_a_new_version_is_a_challenger_and_changes_no_champion(self, db: None, home: Path) -> None:
        assert registered(home).alias == ModelVersion.Alias.CHALLENGER
        assert registry.champion("churn", None) is None

    def test_its_files_move_into_its_own_folder_with_digest_and_size(self, db: None, home: Path) -> None:
        version = registered(home)
        assert (version.folder / artefacts.MANIFEST).is_file()
        assert len(version.digest) == len(version.signature) == 64
        assert version.size == sum(one.stat().st_size for one in version.folder.iterdir())
        registry.verify(version)

    def test_a_changed_file_is_refused(self, db: None, home: Path) -> None:
        version = registered(home)
        (version.folder / artefacts.STATE).write_text(json.dumps({"kind": "churn", "weight": 99}))
        with pytest.raises(Refusal, match="changed"):
            registry.verify(version)

    def test_the_rightly_signed_files_of_another_version_are_refused(self, db: None, home: Path) -> None:
        one, other = registered(home), registered(home)
        for file in other.folder.iterdir():
            (one.folder / file.name).write_bytes(file.read_bytes())
        with pytest.raises(Refusal, match="belong to another version"):
            registry.verify(one)

    def test_a_version_whose_files_are_gone_is_refused(self, cast: Cast) -> None:
        with pytest.raises(Refusal, match="not signed or incomplete"):
            registry.verify(cast.champion)


class TestPromoting:
    def test_promoting_moves_the_pointer_and_writes_the_diary(self, cast: Cast) -> None:
        version = cast.version()
        entry = registry.promote(version, by=cast.vera, reason="better on every partner")
        version.refresh_from_db()
        assert registry.champion("churn", None) == version
        assert version.alias == ModelVersion.Alias.CHAMPION
        assert (entry.deed, entry.by, entry.previous, entry.reason) == (
            "promote",
            cast.vera,
            None,
            "better on every partner",
        )

    def test_the_champion_before_is_archived(self, cast: Cast) -> None:
        first, second = cast.version(), cast.version()
        registry.promote(first, by=cast.vera)
        entry = registry.promote(second, by=cast.vera)
        first.refresh_from_db()
        assert (first.alias, entry.previous) == ("archived", first)
        assert Champion.objects.filter(kind="churn").count() == 1

    def test_the_champion_cannot_be_promoted_again(self, cast: Cast) -> None:
        version = cast.version()
        registry.promote(version, by=cast.vera)
        with pytest.raises(Refusal, match="is the champion already"):
            registry.promote(version, by=cast.vera)
        assert Promotion.objects.count() == 1

    def test_a_partner_is_served_by_its_own_champion_else_by_the_networks(self, cast: Cast) -> None:
        network, own = cast.version(), cast.version(partner=cast.alder)
        registry.promote(network, by=cast.vera)
        assert registry.champion("churn", cast.alder) == network
        registry.promote(own, by=cast.vera)
        assert registry.champion("churn", cast.alder) == own
        assert registry.champion("churn", cast.birch) == network
        assert registry.champion("churn", None) == network

    def test_promoting_for_one_scope_leaves_the_others_alone(self, cast: Cast) -> None:
        network, own, other = cast.version(), cast.version(partner=cast.alder), cast.version("recommendation")
        for version in (network, own, other):
            registry.promote(version, by=cast.vera)
        assert set(ModelVersion.objects.filter(alias="champion")) == {network, own, other}

    def test_the_networks_model_never_falls_back_to_a_partners(self, cast: Cast) -> None:
        registry.promote(cast.version(partner=cast.alder), by=cast.vera)
        assert registry.champion("churn", None) is None
        assert registry.champion("churn", cast.birch) is None

    def test_a_champion_cannot_be_deleted(self, cast: Cast) -> None:
        version = cast.version()
        registry.promote(version, by=cast.vera)
        with pytest.raises(IntegrityError):
            version.delete()


class TestRollingBack:
    def test_rolling_back_twice_goes_two_champions_back(self, cast: Cast) -> None:
        first, second, third = (cast.version() for _ in range(3))
        for version in (first, second, third):
            registry.promote(version, by=cast.vera)
        assert registry.before(third) == second
        entry = registry.rollback("churn", None, by=cast.vera, reason="complaints")
        assert (entry.deed, entry.version, entry.previous, entry.reason) == ("rollback", second, third, "complaints")
        assert registry.rollback("churn", None, by=cast.vera).version == first
        assert registry.champion("churn", None) == first
        assert list(ModelVersion.objects.filter(alias="champion")) == [first]

    def test_the_first_champion_cannot_be_rolled_back(self, cast: Cast) -> None:
        first = cast.version()
        registry.promote(first, by=cast.vera)
        with pytest.raises(Refusal, match="is the first champion"):
            registry.rollback("churn", None, by=cast.vera)
        assert registry.champion("churn", None) == first

    def test_without_a_champion_there_is_nothing_to_roll_back(self, db: None) -> None:
        with pytest.raises(Refusal, match="no champion"):
            registry.rollback("churn", None, by=None)

    def test_after_a_rollback_and_a_new_promotion_the_way_back_skips_what_was_rejected(self, cast: Cast) -> None:
        first, rejected, third = (cast.version() for _ in range(3))
        registry.promote(first, by=cast.vera)
        registry.promote(rejected, by=cast.vera)
        registry.rollback("churn", None, by=cast.vera)
        registry.promote(third, by=cast.vera)
        assert registry.rollback("churn", None, by=cast.vera).version == first

    def test_a_partners_rollback_does_not_touch_the_network(self, cast: Cast) -> None:
        network = [cast.version() for _ in range(2)]
        own = [cast.version(partner=cast.alder) for _ in range(2)]
        for version in (*network, *own):
            registry.promote(version, by=cast.vera)
        registry.rollback("churn", cast.alder, by=cast.vera)
        assert registry.champion("churn", None) == network[1]
        assert registry.champion("churn", cast.alder) == own[0]
