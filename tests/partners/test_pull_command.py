"""`manage.py pull` as scripts meet it: a line for each folder, one JSON object, and a sentence when one failed."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django_scopes import scope

from partners.models import FeedRun
from portal.kit import runs
from tests.cast import Cast
from tests.partners.test_feeds import ended, made


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    def run_here(run: FeedRun) -> FeedRun:
        state, message = ("failed", "No answer.") if run.feed.name == "Broken" else ("succeeded", "Nothing new.")
        FeedRun.rows().filter(pk=run.pk).update(state=state, message=message)
        run.refresh_from_db()
        return run

    monkeypatch.setattr(runs, "run_here", run_here)


@pytest.fixture
def pulls(cast: Cast) -> None:
    with scope(partner=cast.alder):
        for name in ("Broken", "Nightly"):
            ended(made(cast.alder, name=name))


def pull(*words: str) -> list[str]:
    out = io.StringIO()
    call_command("pull", *words, stdout=out)
    return out.getvalue().splitlines()


def test_one_pull_is_named_and_told(pulls: None) -> None:
    lines = pull("alder", "Nightly", "--json")
    assert lines[0] == "Nightly: Nothing new."
    told: dict[str, Any] = json.loads(lines[-1])
    assert told == {"pulls": [{"name": "Nightly", "state": "succeeded", "message": "Nothing new."}]}


def test_all_of_a_partner_are_pulled_and_a_failure_is_the_exit_status(
    pulls: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=r"Not everything was fetched: Broken\."):
        call_command("pull", "alder")
    assert capsys.readouterr().out.splitlines() == ["Broken: No answer.", "Nightly: Nothing new."]


def test_an_unknown_name_lists_the_known_ones(pulls: None) -> None:
    with pytest.raises(CommandError, match="“Broken”, “Nightly”"):
        pull("alder", "Hourly")
    with pytest.raises(CommandError, match="There is no partner"):
        pull("elder")
