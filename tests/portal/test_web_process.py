"""The web process stays light: it never loads the machine-learning libraries."""

import subprocess
import sys

HEAVY = ["tensorflow", "keras", "lightgbm", "sklearn", "pandas", "duckdb", "pyarrow", "scipy", "implicit"]
PROGRAM = """
import os, re, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
import portal.wsgi, portal.urls
from django.test import Client
Client(SERVER_NAME="localhost").get("/livez")
print(",".join(sorted(set(sys.modules) & set(sys.argv[1:]))))
print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


def test_loading_every_address_loads_no_heavy_library_and_stays_under_150_megabytes() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM, *HEAVY], capture_output=True, text=True, check=True)
    loaded, megabytes = ran.stdout.splitlines()[-2:]
    assert loaded == ""
    assert int(megabytes) < 150
