"""`manage.py up`: the broker, the workers, the scheduler and the web server of one machine, under one supervisor."""

import fcntl
import os
import sys
import urllib.error
import urllib.request
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from socket import SO_REUSEADDR, SOL_SOCKET, socket
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.translation import gettext as _

from portal import broker, catalogues
from portal.demo.accounts import VENDOR_LOGIN
from portal.kit import env
from portal.kit.errors import Refusal
from portal.supervisor import Program, Supervisor

READY_SECONDS = 90.0
PYTHON = [sys.executable, "-W", "ignore::SyntaxWarning"]
WORKERS = {
    # An hour of training holds up no upload and no list, and neither holds up the ticks that rescue lost work.
    "upkeep": ["--queues", "upkeep", "--concurrency", "2"],
    "worker": ["--queues", "intake,score", "--concurrency", "2"],
    "trainer": ["--queues", "train,gpu", "--concurrency", "1"],
}


class Command(BaseCommand):
    help = "Start everything Fairway needs on this machine, and end all of it with Ctrl-C."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="do not build the demo world when empty")

    def handle(self, *, no_demo: bool, **_options: Any) -> None:
        home, port = Path(settings.FAIRWAY_HOME), settings.PORT
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        with lock(home):
            refuse_busy(port)
            prepare()
            try:
                demo = env.flag("FAIRWAY_DEMO", default=True) and not no_demo
                self._supervise(home, port=port, demo=demo)
            except Refusal as refusal:
                raise CommandError(refusal.sentence) from refusal

    def _supervise(self, home: Path, *, port: int, demo: bool) -> None:
        supervisor = Supervisor(say=self._say)
        supervisor.catch_signals()
        try:
            for program in servers(home, port=port):
                supervisor.start(program)
            # The first page comes sooner when the workers do not start beside it.
            if supervisor.wait(lambda: answers(port), seconds=READY_SECONDS):
                self._say(_("Fairway is up: http://localhost:%(port)s  (Ctrl-C ends it)") % {"port": port})
            elif not supervisor.ending.is_set():
                log = home / "logs" / "web.log"
                self._say(_("The web server does not answer yet; its log is %(log)s") % {"log": log})
            if not supervisor.ending.is_set():
                for program in workers(home, demo=demo and demo_wanted()):
                    supervisor.start(program)
            supervisor.watch()
        finally:
            self._say(_("Ending …"))
            supervisor.stop()

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def lock(home: Path) -> IO[str]:
    """Hold the folder as long as this process lives; a second `up` on it is refused."""
    file = (home / "up.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "?"
        file.close()
        raise CommandError(
            _(
                "Fairway already runs on %(home)s (process %(holder)s). End that one first, "
                "or give this one a folder and a port of its own: FAIRWAY_HOME=… FAIRWAY_PORT=8001 make run"
            )
            % {"home": home, "holder": holder}
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def refuse_busy(port: int) -> None:
    with closing(socket()) as probe:
        probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                _("Port %(port)s cannot be used (%(why)s). Choose another: FAIRWAY_PORT=%(next)s make run")
                % {"port": port, "why": error.strerror, "next": port + 1}
            ) from error


def prepare() -> None:
    """Bring translations and database up to date. Applied migrations cost nothing the next time."""
    catalogues.compile_stale()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    connections.close_all()


def servers(home: Path, *, port: int) -> list[Program]:
    """The broker, unless REDIS_URL names somebody else's, and the web server."""
    web = [*PYTHON, "-m", "gunicorn", "--config", "python:portal.gunicorn"]
    web += ["--bind", f"127.0.0.1:{port}", "portal.wsgi"]
    wanted = [_program("web", web, home)]
    if not os.environ.get("REDIS_URL"):
        server = broker.command(settings.BROKER_FOLDER, program=broker.binary(settings.BROKER_BINARY))
        wanted.insert(0, _program("broker", server, home))
    return wanted


def workers(home: Path, *, demo: bool) -> list[Program]:
    """The workers, the scheduler that wakes them and, when asked for, the builder of the demo world."""
    celery = [*PYTHON, "-m", "celery", "--app", "portal"]
    quiet = ["--pool", "threads", "--without-gossip", "--without-mingle"]
    wanted = [
        _program(name, [*celery, "worker", *quiet, "--hostname", f"{name}@%h", *options], home)
        for name, options in WORKERS.items()
    ]
    wanted.append(_program("beat", [*celery, "beat", "--pidfile="], home))
    if demo:
        advice = _("The next start goes on with it; so does: FAIRWAY_DEMO=1 .venv/bin/python manage.py demo")
        builder = [*PYTHON, "manage.py", "demo"]
        wanted.append(Program("demo", builder, _environment(), once=True, advice=advice))
    return wanted


def _program(name: str, argv: list[str], home: Path) -> Program:
    return Program(name, argv, _environment(), home / "logs" / f"{name}.log")


def _environment() -> dict[str, str]:
    return {"FAIRWAY_DEMO": "1", **os.environ, "PYTHONUNBUFFERED": "1"}


def demo_wanted() -> bool:
    """When there is nothing yet, or a demo that may be unfinished; if it is done, `demo` only prints its logins."""
    partners = apps.get_model("partners", "Partner")._base_manager
    people = apps.get_model("partners", "User")._base_manager
    wanted = not partners.exists() or people.filter(email=VENDOR_LOGIN).exists()
    connections.close_all()
    return wanted


def answers(port: int) -> bool:
    host = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    request = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
