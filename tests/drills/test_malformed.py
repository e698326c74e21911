"""S10: whatever a file holds, it is reported on or refused with a sentence; nothing of it is taken by half."""

import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_scopes import scope

from partners.models import Customer, DatasetVersion, Upload, UploadRun
from tests.cast import Cast
from tests.drills import malformed
from tests.drills.house import ROOT
from tests.partners.conftest import settle

DRILL = bool(os.environ.get("FAIRWAY_DRILLS"))
FILES = 100_000 if DRILL else 400
BATCH = 1_000 if DRILL else 200
PAGES = 300 if DRILL else 12


def read(seed: int) -> dict[str, object]:
    """One batch in a program of its own; a parser that kills it ends here with what it said."""
    command = [sys.executable, "-m", "tests.drills.malformed", str(seed), str(BATCH)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"files {seed} to {seed + BATCH}: exit {ran.returncode}\n{ran.stderr[-2000:]}"
    told: dict[str, object] = json.loads(ran.stdout.splitlines()[-1])
    return told


@pytest.mark.slow
def test_every_malformed_file_is_reported_on_or_refused_with_a_sentence() -> None:
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(read, range(0, FILES, BATCH)))
    assert [found for batch in told for found in batch["found"]] == []  # type: ignore[attr-defined]
    reported, refused = (sum(int(batch.get(name, 0)) for batch in told) for name in ("reported", "refused"))  # type: ignore[call-overload]
    assert reported + refused == FILES
    assert min(reported, refused) > FILES / 20, "a share of each, or the files are not what they should be"


@pytest.mark.django_db
def test_a_malformed_file_sent_by_page_never_breaks_the_page_and_changes_nothing_before_it_is_taken(cast: Cast) -> None:
    browser = cast.browser(cast.max)
    with scope(partner=cast.alder):
        before = (Customer.objects.count(), DatasetVersion.objects.count())
        for seed in range(PAGES):
            chance = random.Random(seed)
            kind = chance.choice(malformed.KINDS)
            ending, content = malformed.one(chance)
            file = SimpleUploadedFile(f"file.{ending}", content)
            answer = browser.post("/p/alder/uploads/new/", {"kind": kind, "file": file})
            assert answer.status_code in (302, 422), f"seed {seed}"
            if answer.status_code == 302:
                upload = Upload.objects.latest("pk")
                run = settle(UploadRun.objects.latest("pk"))
                assert run.message, f"seed {seed}: an ending without a sentence"
                for station in ("", "read/", "columns/", "check/"):
                    shown = browser.get(f"/p/alder/uploads/{upload.pk}/{station}", follow=True)
                    assert shown.status_code == 200, f"seed {seed}, {station}"
        assert (Customer.objects.count(), DatasetVersion.objects.count()) == before
