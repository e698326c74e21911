"""Who can sign in to the demo, and that nobody can where it is not wanted."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from partners.access import Right, rights_of
from partners.models import Membership, Partner, User
from portal.demo import accounts
from portal.demo.partners import PARTNERS
from portal.kit.errors import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def everyone(db):
    for each in PARTNERS:
        accounts.partner_row(each)
    return accounts.sign_ups()


@pytest.mark.parametrize(("debug", "demo"), [(True, False), (False, True)])
def test_the_demo_may_run_where_debug_or_the_demo_flag_is_on(settings, debug, demo):
    settings.DEBUG, settings.DEMO = debug, demo
    accounts.allowed()


def test_known_passwords_are_refused_elsewhere(settings):
    settings.DEBUG, settings.DEMO = False, False
    with pytest.raises(Refusal, match="FAIRWAY_DEMO=1"):
        accounts.allowed()
    with pytest.raises(CommandError, match="FAIRWAY_DEMO=1"):
        call_command("demo", scale="small")
    assert not User.objects.exists()
    assert not Partner.objects.exists()


def test_partner_rows_say_what_the_cast_says(everyone):
    huaxin = Partner.objects.get(slug="huaxin")
    assert (huaxin.currency, huaxin.time_zone, huaxin.language) == ("CNY", "Asia/Shanghai", "zh-hans")
    assert Partner.objects.get(slug="cedar").shares_data is False
    for row in Partner.objects.all():
        row.full_clean()


def test_two_partners_have_an_owner_a_manager_and_a_viewer_each(everyone):
    for slug in ("harbour", "huaxin"):
        roles = Membership.objects.filter(partner__slug=slug).values_list("role", flat=True)
        assert sorted(roles) == ["manager", "owner", "viewer"]
    assert Membership.objects.count() == 6


def test_viewers_do_not_see_personal_data_and_owners_do(everyone):
    for membership in Membership.objects.all():
        assert (Right.PERSONAL in rights_of(membership)) == (membership.role != "viewer")


def test_every_printed_login_works(everyone):
    for login in everyone:
        assert Client().login(email=login.email, password=accounts.PASSWORD), login


def test_the_vendors_admin_may_enter_the_admin_and_partners_people_may_not(everyone):
    staff = User.objects.filter(is_staff=True)
    assert [each.email for each in staff] == [accounts.VENDOR_LOGIN]
    assert staff[0].is_superuser


def test_signing_up_again_changes_nobodys_password(everyone):
    olivia = User.objects.get(email="olivia@harbour.example")
    olivia.set_password("her own now")
    olivia.save()
    again = accounts.sign_ups()
    assert again == everyone
    assert User.objects.count() == len(everyone)
    assert User.objects.get(pk=olivia.pk).check_password("her own now")


def test_people_of_partners_outside_this_world_are_left_out(db):
    accounts.partner_row(PARTNERS[0])
    assert {login.slug for login in accounts.sign_ups()} == {"", "huaxin"}
