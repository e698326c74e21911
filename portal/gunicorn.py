"""How the web server runs: `gunicorn -c python:portal.gunicorn portal.wsgi`. GUNICORN_CMD_ARGS changes any of it."""

import os

from portal import logs
from portal.kit.parent import die_with_parent

bind = "127.0.0.1:8000"
workers = 2
worker_class = "gthread"
threads = 4
timeout = 60  # a page never computes: uploads stream, all heavy work is a run
graceful_timeout = 5
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - heartbeats; gunicorn makes its own names
logconfig_dict = logs.config(debug=False)
accesslog = None  # portal.requestlog writes one line a request, without people's addresses
control_socket_disable = True


def post_fork(server: object, worker: object) -> None:
    """A worker ends with its master, even when that is killed with -9."""
    die_with_parent(os.getppid())
