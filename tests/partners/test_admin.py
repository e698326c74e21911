"""Partners in the admin: organisations, people, invitations, files and keys, all without a shell."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from partners import teams
from partners.models import ApiKey, Invitation, Membership, Partner, Upload, UploadRun, User
from tests.cast import Cast

PARTNER = {
    "name": "Cedar Supplies",
    "slug": "cedar",
    "kind": "reseller",
    "tier": "gold",
    "language": "en",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "is_active": "on",
    "shares_data": "on",
    "memberships-TOTAL_FORMS": "0",
    "memberships-INITIAL_FORMS": "0",
}


@pytest.fixture
def vera(cast: Cast) -> Client:
    return cast.browser(cast.vera)


@pytest.fixture
def clerk(cast: Cast) -> Client:
    """Staff, no superuser: may change users and partners."""
    user = cast.person("Clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="partners"))
    return cast.browser(user)


def page(row: Any) -> str:
    return reverse(f"admin:partners_{row._meta.model_name}_change", args=[row.pk])


def deed(row: Any, name: str) -> str:
    return reverse(f"admin:partners_{row._meta.model_name}_do", args=[row.pk, name])


def an_upload(cast: Cast, **more: Any) -> Upload:
    fields: dict[str, Any] = {"kind": "orders", "filename": "orders.csv", "size": 2048, "sha256": "a" * 64, **more}
    with scope(partner=cast.alder):
        return Upload.objects.create(partner=cast.alder, created_by=cast.ada, **fields)


class TestPartners:
    def test_a_partner_is_made(self, vera: Client) -> None:
        vera.post("/admin/partners/partner/add/", PARTNER)
        made = Partner.objects.get()
        assert (made.slug, made.tier, made.time_zone, made.shares_data) == ("cedar", "gold", "Europe/Berlin", True)

    def test_a_currency_that_is_none_is_refused(self, vera: Client) -> None:
        text = vera.post("/admin/partners/partner/add/", {**PARTNER, "currency": "euro"}).content.decode()
        assert "three-letter code" in text or "at most 3" in text
        assert not Partner.objects.exists()

    def test_the_short_name_is_chosen_once(self, vera: Client, cast: Cast) -> None:
        vera.post(page(cast.alder), {**PARTNER, "slug": "other", "name": "Alder Renamed"})
        cast.alder.refresh_from_db()
        assert (cast.alder.slug, cast.alder.name) == ("alder", "Alder Renamed")

    def test_the_list_tells_people_customers_uploads_and_age_of_the_data(self, vera: Client, cast: Cast) -> None:
        cast.dataset(cast.alder)
        an_upload(cast)
        assert len(cast.customers) == 3
        text = vera.get("/admin/partners/partner/").content.decode()
        assert '<td class="field-customers_known">3</td>' in text
        assert '<td class="field-people">1</td>' in text
        assert '<td class="field-sent">today</td>' in text
        assert "30 Sep 2026 · old" in text

    def test_a_partner_is_closed_never_deleted(self, vera: Client, cast: Cast) -> None:
        assert vera.post(reverse("admin:partners_partner_delete", args=[cast.alder.pk])).status_code == 403
        wholesale = {"action": "delete_selected", "_selected_action": [cast.alder.pk], "post": "yes"}
        vera.post("/admin/partners/partner/", wholesale)
        assert Partner.objects.filter(pk=cast.alder.pk).exists()

    def members(self, cast: Cast, **more: Any) -> dict[str, Any]:
        ada = Membership.objects.get(user=cast.ada)
        return {
            **PARTNER,
            "memberships-TOTAL_FORMS": "1",
            "memberships-INITIAL_FORMS": "1",
            "memberships-0-id": ada.pk,
            "memberships-0-partner": cast.alder.pk,
            "memberships-0-user": cast.ada.pk,
            "memberships-0-role": "owner",
            **more,
        }

    def test_a_members_rights_are_changed_on_the_partners_page(self, vera: Client, cast: Cast) -> None:
        assert Membership.objects.get(user=cast.ada).sees_personal_data
        vera.post(page(cast.alder), self.members(cast))
        assert not Membership.objects.get(user=cast.ada).sees_personal_data

    @pytest.mark.parametrize("change", [{"memberships-0-role": "viewer"}, {"memberships-0-DELETE": "on"}])
    def test_the_last_owner_stays(self, vera: Client, cast: Cast, change: dict[str, str]) -> None:
        text = vera.post(page(cast.alder), self.members(cast, **change)).content.decode()
        assert "without an owner" in text
        assert Membership.objects.get(user=cast.ada).role == "owner"


class TestUsers:
    ADD = "/admin/partners/user/add/"

    def test_a_new_user_gets_a_link_and_no_password(
        self, vera: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            vera.post(self.ADD, {"email": "New.Person@Example.com", "name": "New", "is_active": "on"})
        made = User.objects.get(email="new.person@example.com")
        assert not made.has_usable_password()
        (letter,) = mail.outbox
        assert letter.to == ["new.person@example.com"]
        assert "/accounts/password/reset/key/" in letter.body

    def test_the_link_in_the_mail_sets_the_password(
        self, vera: Client, cast: Cast, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            vera.post(deed(cast.ada, "send_password_link"))
        link = next(word for word in mail.outbox[0].body.split() if "/accounts/password/reset/key/" in word)
        visitor = cast.browser()
        form = visitor.get("/" + link.split("/", 3)[3], follow=True)
        where = form.redirect_chain[-1][0]
        chosen = "a long and quiet river"
        visitor.post(where, {"password1": chosen, "password2": chosen})
        cast.ada.refresh_from_db()
        assert cast.ada.check_password(chosen)

    def test_the_mail_speaks_the_persons_language(
        self, vera: Client, cast: Cast, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            vera.post(deed(cast.min, "send_password_link"))
        assert mail.outbox[0].to == [cast.min.email]

    def test_a_taken_address_is_refused_in_any_spelling(self, vera: Client, cast: Cast) -> None:
        text = vera.post(self.ADD, {"email": cast.ada.email.upper(), "is_active": "on"}).content.decode()
        assert "has an account already" in text

    def test_a_closed_account_gets_no_link(self, vera: Client, cast: Cast) -> None:
        User.objects.filter(pk=cast.ada.pk).update(is_active=False)
        text = vera.post(deed(cast.ada, "send_password_link"), follow=True).content.decode()
        assert "activate the account first" in text
        assert mail.outbox == []

    def test_a_superuser_makes_staff(self, vera: Client, cast: Cast) -> None:
        vera.post(
            page(cast.noel), {"email": cast.noel.email, "is_active": "on", "is_staff": "on", **inline("memberships")}
        )
        cast.noel.refresh_from_db()
        assert cast.noel.is_staff

    def test_other_staff_cannot_raise_anyone(self, clerk: Client, cast: Cast) -> None:
        asked = {"email": cast.noel.email, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
        clerk.post(page(cast.noel), {**asked, **inline("memberships")})
        cast.noel.refresh_from_db()
        assert (cast.noel.is_staff, cast.noel.is_superuser) == (False, False)

    def test_other_staff_cannot_take_over_a_staff_account(self, clerk: Client, cast: Cast) -> None:
        answer = clerk.post(page(cast.vera), {"email": "clerk@example.com", "is_active": "on", **inline("memberships")})
        assert answer.status_code == 403
        assert clerk.post(deed(cast.vera, "send_password_link")).status_code == 403
        cast.vera.refresh_from_db()
        assert cast.vera.email == "vera@example.com"

    def test_an_old_address_signs_in_no_more(self, vera: Client, cast: Cast) -> None:
        EmailAddress.objects.create(user=cast.noel, email=cast.noel.email, verified=True, primary=True)
        vera.post(page(cast.noel), {"email": "noel@new.example", "is_active": "on", **inline("memberships")})
        cast.noel.refresh_from_db()
        assert cast.noel.email == "noel@new.example"
        assert not EmailAddress.objects.filter(user=cast.noel).exists()

    def test_accounts_are_deactivated_never_deleted(self, vera: Client, cast: Cast) -> None:
        assert vera.post(reverse("admin:partners_user_delete", args=[cast.ada.pk])).status_code == 403
        assert User.objects.filter(pk=cast.ada.pk).exists()


def inline(prefix: str) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}


class TestInvitations:
    ADD = "/admin/partners/invitation/add/"

    def test_inviting_sends_the_mail_in_my_name(
        self, vera: Client, cast: Cast, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            vera.post(self.ADD, {"partner": cast.alder.pk, "email": "new@example.com", "role": "owner"})
        made = Invitation.objects.get()
        assert (made.partner, made.role, made.invited_by) == (cast.alder, "owner", cast.vera)
        assert "/invitations/" in mail.outbox[0].body

    def test_a_member_is_not_invited_again(self, vera: Client, cast: Cast) -> None:
        asked = {"partner": cast.alder.pk, "email": cast.ada.email, "role": "owner"}
        assert "is a member already" in vera.post(self.ADD, asked).content.decode()
        assert not Invitation.objects.exists()

    def invitation(self, cast: Cast, **more: Any) -> Invitation:
        made = teams.invite(cast.alder, "new@example.com", role="viewer", by=cast.ada, at=timezone.now())
        Invitation.objects.filter(pk=made.pk).update(**{"revoked_at": None, **more})
        made.refresh_from_db()
        return made

    def test_an_open_one_is_withdrawn(self, vera: Client, cast: Cast) -> None:
        made = self.invitation(cast)
        vera.post(deed(made, "withdraw"))
        assert not Invitation.objects.open(at=timezone.now()).exists()

    def test_a_used_one_is_not(self, vera: Client, cast: Cast) -> None:
        made = self.invitation(cast, accepted_at=timezone.now())
        text = vera.post(deed(made, "withdraw"), follow=True).content.decode()
        assert "used or withdrawn already" in text
        made.refresh_from_db()
        assert made.revoked_at is None

    def test_sending_again_replaces_the_secret(self, vera: Client, cast: Cast) -> None:
        made = self.invitation(cast)
        vera.post(deed(made, "send_again"))
        (still_open,) = Invitation.objects.open(at=timezone.now())
        assert still_open.digest != made.digest

    def test_the_list_tells_open_from_expired_accepted_and_withdrawn(self, vera: Client, cast: Cast) -> None:
        now = timezone.now()
        states: list[dict[str, Any]] = [
            {},
            {"expires_at": now - timedelta(days=1)},
            {"accepted_at": now},
            {"revoked_at": now},
        ]
        for state in states:
            self.invitation(cast, **state)
        Invitation.objects.filter(accepted_at=None, expires_at__gt=now).order_by("pk").update(revoked_at=None)
        text = vera.get("/admin/partners/invitation/").content.decode()
        assert all(word in text for word in (">Open<", ">Expired<", ">Accepted<"))


class TestFiles:
    REPORT = {
        "lines": 2400,
        "good": 2310,
        "rejected": 60,
        "skipped": 30,
        "groups": [
            {
                "cause": "not_a_number",
                "level": "error",
                "column": "Price",
                "field": "price",
                "count": 60,
                "examples": [{"row": 17, "value": "abc"}],
            }
        ],
    }

    def test_the_report_reads_as_sentences(self, vera: Client, cast: Cast) -> None:
        matches = [{"source": "Order No", "role": "field", "field": "order_id"}]
        text = vera.get(page(an_upload(cast, report=self.REPORT, mapping={"matches": matches}))).content.decode()
        assert "Row 17, column “Price”: “abc”: not a number" in text
        assert "2,310" in text
        assert "Order No" in text

    def test_a_file_that_could_not_be_read_says_why(self, vera: Client, cast: Cast) -> None:
        refused = an_upload(cast, state="refused", report={"refusal": "orders.csv is empty."})
        assert "orders.csv is empty." in vera.get(page(refused)).content.decode()

    def test_undo_queues_the_rebuild_in_my_name(self, vera: Client, cast: Cast) -> None:
        upload = an_upload(cast, state="committed")
        vera.post(deed(upload, "undo"))
        run = UploadRun.rows().get()
        assert (run.step, run.upload_id, run.requested_by) == ("withdraw", upload.pk, cast.vera)  # type: ignore[attr-defined]

    def test_what_is_not_in_use_cannot_be_undone(self, vera: Client, cast: Cast) -> None:
        upload = an_upload(cast, state="checked")
        assert "Undo this upload" not in vera.get(page(upload)).content.decode()
        assert "nothing to undo" in vera.post(deed(upload, "undo"), follow=True).content.decode()
        assert not UploadRun.rows().exists()

    def test_a_dataset_names_its_files(self, vera: Client, cast: Cast) -> None:
        upload, dataset = an_upload(cast), cast.dataset(cast.alder)
        dataset.uploads = [upload.pk]
        dataset.save()
        text = vera.get(page(dataset)).content.decode()
        assert page(upload) in text
        assert "30 Sep 2026" in text

    @pytest.mark.parametrize("name", ["upload", "datasetversion"])
    def test_files_and_datasets_are_only_read(self, vera: Client, cast: Cast, name: str) -> None:
        row: Any = an_upload(cast) if name == "upload" else cast.dataset(cast.alder)
        assert vera.post(page(row), {}).status_code == 405
        assert vera.get(f"/admin/partners/{name}/add/").status_code == 403
        assert vera.post(reverse(f"admin:partners_{name}_delete", args=[row.pk])).status_code == 403


class TestSecondFactors:
    def factor(self, user: User) -> Authenticator:
        return Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})

    def page(self, factor: Authenticator) -> str:
        return reverse("admin:mfa_authenticator_change", args=[factor.pk])

    def test_no_page_shows_the_secret(self, vera: Client, cast: Cast) -> None:
        factor = self.factor(cast.ada)
        for address in (self.page(factor), "/admin/mfa/authenticator/"):
            text = vera.get(address).content.decode()
            assert "Ada" in text
            assert "JBSWY3DPEHPK3PXP" not in text

    def test_a_lost_one_is_removed(self, vera: Client, cast: Cast) -> None:
        factor = self.factor(cast.ada)
        text = vera.post(
            reverse("admin:mfa_authenticator_do", args=[factor.pk, "remove"]), follow=True
        ).content.decode()
        assert "Ada signs in with the password alone" in text
        assert not Authenticator.objects.exists()

    def test_only_a_superuser_removes_that_of_staff(self, cast: Cast) -> None:
        factor = self.factor(cast.vera)
        clerk = cast.person("Clerk", is_staff=True)
        clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="mfa"))
        address = reverse("admin:mfa_authenticator_do", args=[factor.pk, "remove"])
        assert cast.browser(clerk).post(address).status_code == 403
        assert Authenticator.objects.exists()


class TestKeys:
    @pytest.fixture
    def key(self, cast: Cast) -> ApiKey:
        key = ApiKey(partner=cast.alder, name="nightly ERP", created_by=cast.ada)
        key.new_secret()
        key.save()
        return key

    def test_a_key_is_revoked(self, vera: Client, key: ApiKey) -> None:
        vera.post(deed(key, "revoke"))
        assert not ApiKey.objects.standing(at=timezone.now()).exists()

    def test_looking_revokes_nothing(self, vera: Client, key: ApiKey) -> None:
        assert vera.get(deed(key, "revoke")).status_code == 405
        assert ApiKey.objects.standing(at=timezone.now()).exists()

    def test_no_page_shows_its_digest(self, vera: Client, key: ApiKey) -> None:
        for address in (page(key), "/admin/partners/apikey/"):
            text = vera.get(address).content.decode()
            assert key.prefix in text
            assert key.digest not in text
