"""The door: who may enter, and what happens to who may not."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django_scopes.exceptions import ScopeError

from partners.access import ROLE_RIGHTS, Right, membership_for, partner_for, rights_of
from partners.models import (
    Arrival,
    Customer,
    DatasetVersion,
    Erasure,
    ErasureRun,
    Feed,
    FeedFile,
    FeedRun,
    PersonExport,
    Product,
    SourceMemory,
    Upload,
    UploadRun,
    VaultKey,
)
from predictions.models import (
    Action,
    OfferRule,
    OfferSettings,
    Outcome,
    Outlook,
    Pointer,
    Prospect,
    Publication,
    Recommendation,
    Score,
)
from tests.cast import Cast

TENANT_MODELS = [
    Action, Arrival, Customer, DatasetVersion, Erasure, ErasureRun, Feed, FeedFile, FeedRun, OfferRule, OfferSettings,
    Outcome, Outlook, PersonExport, Pointer, Product, Prospect, Publication, Recommendation, Score, SourceMemory,
    Upload, UploadRun, VaultKey,
]  # fmt: skip


@pytest.mark.parametrize("model", TENANT_MODELS)
def test_a_tenant_table_refuses_a_query_outside_a_scope(model: type, db: None) -> None:
    with pytest.raises(ScopeError):
        model.objects.count()  # type: ignore[attr-defined]


def test_every_model_with_a_partner_is_listed_as_tenant_or_named_as_an_exception(db: None) -> None:
    from django.apps import apps

    open_on_purpose = {
        "ApiKey", "Champion", "Invitation", "Membership", "ModelVersion", "Recipe", "ScoringRun", "ScoringSchedule",
    }  # fmt: skip
    with_partner = {
        model.__name__
        for model in apps.get_models()
        if any(field.name == "partner" and field.is_relation for field in model._meta.get_fields())
    }
    assert with_partner - {model.__name__ for model in TENANT_MODELS} == open_on_purpose


def test_a_stranger_is_told_there_is_nothing_here(cast: Cast) -> None:
    for user in (cast.olga, cast.noel, cast.vera):
        with pytest.raises(Http404):
            partner_for(user, cast.alder.slug, to=Right.SEE)


def test_an_insider_without_the_right_is_refused(cast: Cast) -> None:
    assert partner_for(cast.vic, "alder", to=Right.SEE) == cast.alder
    with pytest.raises(PermissionDenied):
        partner_for(cast.vic, "alder", to=Right.UPLOAD)


@pytest.mark.parametrize("right", list(Right))
def test_rights_follow_the_role_table(right: Right, cast: Cast) -> None:
    for user in (cast.ada, cast.max, cast.vic):
        membership = user.memberships.get()
        expected = right in ROLE_RIGHTS[membership.role] or (right == Right.PERSONAL and membership.sees_personal_data)
        assert (right in rights_of(membership)) is expected


def test_a_disabled_user_and_a_closed_partner_are_shut_out_at_once(cast: Cast) -> None:
    assert membership_for(cast.max, "alder", to=Right.SEE)
    cast.max.is_active = False
    cast.max.save()
    with pytest.raises(Http404):
        membership_for(cast.max, "alder", to=Right.SEE)
    assert membership_for(cast.ada, "alder", to=Right.MANAGE)
    cast.alder.is_active = False
    cast.alder.save()
    with pytest.raises(Http404):
        membership_for(cast.ada, "alder", to=Right.SEE)


def test_a_removed_role_is_denied_on_the_next_request(cast: Cast) -> None:
    membership = cast.max.memberships.get()
    assert membership_for(cast.max, "alder", to=Right.UPLOAD)
    membership.role = "viewer"
    membership.save()
    with pytest.raises(PermissionDenied):
        membership_for(cast.max, "alder", to=Right.UPLOAD)
