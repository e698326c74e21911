"""Answering programs costs the web process no heavy library: sentences and reports are plain text."""

import subprocess
import sys

HEAVY = ["tensorflow", "keras", "lightgbm", "sklearn", "pandas", "duckdb", "pyarrow", "numpy", "scipy"]
PROGRAM = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
import django
django.setup()
import portal.api.urls
from partners.models import Upload
from portal.api.readings import OneUploadSerializer
from training import registry
group = {"cause": "not_a_date", "level": "error", "column": "a", "field": "date", "count": 1,
         "examples": [{"row": 7, "value": "x"}]}
upload = Upload(kind="orders", mapping={}, report={"groups": [group]})
told = OneUploadSerializer(upload, context={"language": "en", "personal": True}).get_report(upload)
assert told["problems"] and told["notes"]
assert registry.sentence({"code": "competitor", "values": {"times": 2}}, "en")
assert registry.offer_sentence({"code": "popular_network", "values": {"partners": 2, "days": 9}}, "zh-hans")
print(",".join(sorted(set(sys.modules) & set(sys.argv[1:]))))
"""


def test_sentences_and_reports_load_no_heavy_library() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM, *HEAVY], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip().splitlines()[-1:] in ([], [""]), ran.stdout
