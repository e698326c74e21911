"""The team page and the page behind an invitation."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners import teams
from partners.models import Invitation, Membership, User
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return re.sub(r"[ \n]+", " ", answer.content.decode())


def invited(cast: Cast, email: str = "new@example.com", **more: Any) -> tuple[Invitation, str]:
    """An open invitation to Alder and the address its link leads to."""
    made = Invitation(partner=cast.alder, email=email, role="manager", invited_by=cast.ada, **more)
    token = made.new_token(at=timezone.now())
    made.save()
    return made, reverse("invitation", args=[token])


NEW = {"name": "Nora New", "password": "a short sentence is good"}


def test_everyone_sees_the_team_only_owners_change_it(cast: Cast) -> None:
    assert cast.ada
    shown = text(cast.browser(cast.ada).get(reverse("team", args=["alder"])))
    assert "ada@example.com" in shown
    assert "Send the invitation" in shown
    assert "Send the invitation" not in text(cast.browser(cast.vic).get(reverse("team", args=["alder"])))


def test_an_owner_invites_by_mail(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    sent = {"email": "New@Example.com", "role": "viewer", "sees_personal_data": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = cast.browser(cast.ada).post(reverse("team-invite", args=["alder"]), sent, follow=True)
    assert "on its way" in text(answer)
    assert "new@example.com" in text(answer)
    made = Invitation.objects.get()
    assert (made.role, made.sees_personal_data, made.invited_by) == ("viewer", True, cast.ada)
    (message,) = mail.outbox
    link = re.search(r"/invitations/\S+", message.body)
    assert link
    assert Client().get(link.group()).status_code == 200


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"email": "nobody", "role": "viewer"}, "valid email"),
        ({"email": "ada@example.com", "role": "viewer"}, "is a member already"),
        ({"email": "x@example.com", "role": "admiral"}, "not one of the available choices"),
    ],
)
def test_an_invitation_that_cannot_be_sent_says_why(cast: Cast, sent: dict[str, str], sentence: str) -> None:
    answer = cast.browser(cast.ada).post(reverse("team-invite", args=["alder"]), sent)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["vic", "max"])
def test_only_owners_manage_the_team(cast: Cast, who: str) -> None:
    browser = cast.browser(getattr(cast, who))
    member = Membership.objects.filter(user=getattr(cast, who)).get()
    made, _link = invited(cast)
    for name, args in [
        ("team-invite", ["alder"]),
        ("team-change", ["alder", member.pk]),
        ("team-remove", ["alder", member.pk]),
        ("team-withdraw", ["alder", made.pk]),
    ]:
        assert browser.post(reverse(name, args=args), {"role": "owner"}).status_code == 403


def test_an_owner_changes_a_role(cast: Cast) -> None:
    member = Membership.objects.get(user=cast.vic)
    there = reverse("team-change", args=["alder", member.pk])
    assert "Manager" in text(cast.browser(cast.ada).post(there, {"role": "manager"}, follow=True))
    member.refresh_from_db()
    assert (member.role, member.sees_personal_data) == ("manager", False)


def test_the_last_owner_stays(cast: Cast) -> None:
    member = Membership.objects.get(user=cast.ada)
    browser = cast.browser(cast.ada)
    answer = browser.post(reverse("team-change", args=["alder", member.pk]), {"role": "viewer"}, follow=True)
    assert "last owner" in text(answer)
    answer = browser.post(reverse("team-remove", args=["alder", member.pk]), follow=True)
    assert "last owner" in text(answer)
    assert Membership.objects.get(pk=member.pk).role == "owner"


def test_a_removed_member_is_out_on_the_next_request(cast: Cast) -> None:
    browser = cast.browser(cast.vic)
    assert browser.get(reverse("team", args=["alder"])).status_code == 200
    member = Membership.objects.get(user=cast.vic)
    cast.browser(cast.ada).post(reverse("team-remove", args=["alder", member.pk]))
    assert browser.get(reverse("team", args=["alder"])).status_code == 404


def test_members_of_another_partner_cannot_be_touched(cast: Cast) -> None:
    foreign = Membership.objects.get(user=cast.olga)
    answer = cast.browser(cast.ada).post(reverse("team-remove", args=["alder", foreign.pk]))
    assert answer.status_code == 404
    assert Membership.objects.filter(pk=foreign.pk).exists()


@pytest.mark.lanes
@pytest.mark.parametrize(
    ("had", "offered", "has"),
    [
        (("owner", True), ("viewer", False), ("owner", True)),
        (("manager", False), ("viewer", True), ("manager", True)),
        (("viewer", True), ("manager", False), ("manager", True)),
    ],
)
def test_an_old_invitation_takes_nothing_from_a_member(cast: Cast, had: Any, offered: Any, has: Any) -> None:
    noel = cast.noel
    made, _link = invited(cast, noel.email)
    made.role, made.sees_personal_data = offered
    made.save()
    Membership.objects.create(partner=cast.alder, user=noel, role=had[0], sees_personal_data=had[1])
    membership = teams.accept(made, noel, at=timezone.now())
    membership.refresh_from_db()
    assert (membership.role, membership.sees_personal_data) == has


def test_a_withdrawn_invitation_no_longer_opens(cast: Cast) -> None:
    made, link = invited(cast)
    cast.browser(cast.ada).post(reverse("team-withdraw", args=["alder", made.pk]))
    answer = Client().get(link)
    assert answer.status_code == 404
    assert "no longer opens" in text(answer)


def test_an_invitation_shows_inviter_partner_role_and_end(cast: Cast) -> None:
    _made, link = invited(cast)
    shown = text(Client().get(link))
    assert "Join Alder Systems" in shown
    assert "Ada invites you as Manager" in shown
    assert "good until" in shown
    assert "stay hidden" in shown


def test_a_newcomer_is_in_with_one_form(cast: Cast) -> None:
    made, link = invited(cast, sees_personal_data=True)
    browser = Client()
    answer = browser.post(link, NEW, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("home", args=["alder"])
    user = User.objects.get(email="new@example.com")
    assert (user.name, user.language) == ("Nora New", "en")
    member = Membership.objects.get(user=user)
    assert (member.role, member.sees_personal_data) == ("manager", True)
    made.refresh_from_db()
    assert made.accepted_at is not None


def test_the_newcomer_can_sign_in_again_later(cast: Cast) -> None:
    _made, link = invited(cast)
    Client().post(link, NEW)
    later = Client()
    later.post(reverse("account_login"), {"login": "new@example.com", "password": NEW["password"]})
    assert later.get(reverse("home", args=["alder"])).status_code == 200


@pytest.mark.parametrize("password", ["short", "1234567890", "password1234", "new@example.com"])
def test_a_weak_password_is_refused_with_the_reason(cast: Cast, password: str) -> None:
    _made, link = invited(cast)
    answer = Client().post(link, {"name": "N", "password": password})
    assert answer.status_code == 200
    assert 'class="field__error"' in text(answer)
    assert not User.objects.filter(email="new@example.com").exists()


def test_an_invitation_works_once(cast: Cast) -> None:
    _made, link = invited(cast)
    Client().post(link, NEW)
    assert Client().post(link, NEW).status_code == 404
    assert User.objects.filter(email="new@example.com").count() == 1


def test_an_old_invitation_no_longer_opens(cast: Cast) -> None:
    made, link = invited(cast)
    Invitation.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    assert Client().get(link).status_code == 404


def test_an_invented_link_opens_nothing(cast: Cast) -> None:
    assert Client().get(reverse("invitation", args=["x" * 43])).status_code == 404


def test_a_known_person_signs_in_first_and_then_accepts(cast: Cast) -> None:
    assert cast.noel
    _made, link = invited(cast, "noel@example.com")
    assert "Sign in to accept" in text(Client().get(link))
    browser = cast.browser(cast.noel)
    assert "Accept the invitation" in text(browser.get(link))
    assert browser.post(link, follow=True).redirect_chain[-1][0] == reverse("home", args=["alder"])
    assert Membership.objects.filter(user=cast.noel, partner=cast.alder).exists()


def test_a_stranger_with_the_link_cannot_take_over_a_known_account(cast: Cast) -> None:
    assert cast.noel
    _made, link = invited(cast, "noel@example.com")
    answer = Client().post(link, NEW)
    assert answer.status_code == 200
    assert not Membership.objects.filter(user=cast.noel).exists()
    assert cast.noel.check_password(PASSWORD)


def test_somebody_else_signed_in_is_told_to_switch(cast: Cast) -> None:
    assert cast.noel
    _made, link = invited(cast, "noel@example.com")
    browser = cast.browser(cast.olga)
    assert "signed in with another address" in text(browser.get(link))
    browser.post(link)
    assert not Membership.objects.filter(user=cast.olga, partner=cast.alder).exists()


def test_accepting_needs_the_invited_address(cast: Cast) -> None:
    from portal.kit.errors import Refusal

    made, _link = invited(cast)
    with pytest.raises(Refusal, match="sign in with that address"):
        teams.accept(made, cast.noel, at=timezone.now())


def test_somebody_without_a_partner_is_told_what_to_do(cast: Cast) -> None:
    shown = text(cast.browser(cast.noel).get("/", follow=True))
    assert "not a member of any partner" in shown


def test_somebody_with_two_partners_chooses(cast: Cast) -> None:
    Membership.objects.create(user=cast.ada, partner=cast.birch, role="viewer")
    shown = text(cast.browser(cast.ada).get("/"))
    assert "Which partner today?" in shown
    assert "Alder Systems" in shown
