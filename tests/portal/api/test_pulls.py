"""Scheduled pulls for programs: how they stand, a start out of turn, and no address or key of anything."""

from django.utils import timezone

from partners.models import FeedRun
from tests.portal.api.conftest import Keys, World


def test_a_pull_tells_its_plan_and_neither_its_address_nor_its_keys(keyring: Keys, world: World) -> None:
    (told,) = keyring.program(role="viewer").get("pulls/").json()["results"]
    assert (told["name"], told["kind"], told["cron"], told["run"]) == ("ours", "orders", "0 4 * * *", None)
    assert not {"place", "secret"} & told.keys()
    assert "example.com" not in str(told)


def test_a_start_is_answered_at_once_and_a_second_one_is_refused(keyring: Keys, world: World) -> None:
    program, path = keyring.program(role="manager"), f"pulls/{world.ours['feed'].pk}/"
    answer = program.post(f"{path}run/")
    assert (answer.status_code, answer.json()["run"]["state"]) == (202, "queued")
    again = program.post(f"{path}run/")
    assert again.status_code == 422
    assert "is being worked on" in again.json()["detail"]
    FeedRun.rows().update(state="succeeded", message="Nothing new.", ended_at=timezone.now())
    assert program.get(path).json()["run"]["message"] == "Nothing new."
