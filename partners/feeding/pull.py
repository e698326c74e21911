"""The child's side of scheduled pulls: look, fetch what is new, have it checked and taken. Twice does no harm.

A file is fetched once: its path and version are a row, written in one transaction with its upload. A row without a
message is a file whose check has not ended; whoever comes next goes on with it.
"""

from contextlib import AbstractContextManager
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_scopes import scope

from partners import originals, uploads, vault
from partners.feeding import hosts, s3, sftp, ssh
from partners.feeding.folder import Clock, Entry, Folder, matching
from partners.feeding.outcome import settle
from partners.models import Feed, FeedFile, FeedRun
from portal.kit.errors import Refusal

AT_ONCE = 100
SETTLED = 60.0
TROUBLES = 3
SHOWN = 50
FETCH_SECONDS = 1800.0
"""After this no further file is begun: a slow server must not keep a worker from everybody else."""


def do(run: FeedRun, report: Any) -> dict[str, Any]:
    feed = run.feed
    language = run.requested_by.language if run.requested_by else ""
    with scope(partner=feed.partner), translation.override(language or feed.partner.language):
        return _test(run, feed, report) if run.is_test else _pull(run, feed, report)


def _open(feed: Feed) -> AbstractContextManager[Folder]:
    secret = vault.open_sealed(feed.partner, bytes(feed.secret))
    if feed.way == Feed.Way.S3:
        return s3.opened(feed.place, secret, allowed=settings.PULL_HOSTS)
    return sftp.opened(feed.place, secret, allowed=settings.PULL_HOSTS)


def _test(run: FeedRun, feed: Feed, report: Any) -> dict[str, Any]:
    report(stage=_("Connecting"), progress=0.1)
    if feed.way == Feed.Way.SFTP:
        keys = _shown(feed)
        if not _known(feed, keys):
            first = _("The server shows a key: compare its fingerprint and confirm it.")
            other = ssh.changed_key(feed.place).sentence
            return {"keys": keys, "message": other if feed.place.get("fingerprint") else first}
        _pin(run, feed)
    with _open(feed) as folder:
        listed = folder.entries()
    found = matching(listed, feed.pattern)
    words = ngettext(
        "The connection works: %(count)s file there now is meant by “%(pattern)s”.",
        "The connection works: %(count)s files there now are meant by “%(pattern)s”.",
        len(found),
    )
    names = [entry.name for entry in reversed(found[-5:])]
    told = {"count": f"{len(found):,}", "pattern": feed.pattern}
    return {"message": words % told, "names": names, "matches": len(found), "files": len(listed)}


def _shown(feed: Feed) -> list[str]:
    host, port = feed.place["host"], feed.place["port"]
    return ssh.scan(hosts.checked(host, port, allowed=settings.PULL_HOSTS), port)


def _known(feed: Feed, keys: list[str]) -> bool:
    if feed.place.get("host_key"):
        return feed.place["host_key"] in keys
    return feed.place.get("fingerprint") in [ssh.fingerprint(key) for key in keys]


def _pin(run: FeedRun, feed: Feed) -> None:
    """Before anything is said to an SFTP server: the key somebody confirmed, by itself or by its fingerprint."""
    if feed.way != Feed.Way.SFTP or feed.place.get("host_key"):
        return
    wanted = feed.place.get("fingerprint")
    if not wanted:
        raise Refusal(_("Nobody has confirmed the server’s key yet: test the connection and confirm it."))
    found = next((key for key in _shown(feed) if ssh.fingerprint(key) == wanted), None)
    if found is None:
        raise ssh.changed_key(feed.place)
    feed.place = {**feed.place, "host_key": found}
    with run.fenced():
        feed.save(update_fields=["place"])


def _pull(run: FeedRun, feed: Feed, report: Any) -> dict[str, Any]:
    report(stage=_("Connecting"), progress=0.02)
    _pin(run, feed)
    tally = Tally()
    trouble: Refusal | None = None
    try:
        with _open(feed) as folder:
            _fetch_new(run, folder, report, tally)
    except Refusal as refusal:  # what has been fetched is worth going on with
        trouble = refusal
    left = list(feed.files.filter(message="").select_related("upload").order_by("pk"))
    for number, file in enumerate(left):
        report(stage=_("Checking %(name)s") % {"name": file.name[:SHOWN]}, progress=0.5 + 0.5 * number / len(left))
        tally.add(settle(file, by=run.requested_by))
    if trouble := trouble or tally.trouble:
        raise Refusal(" ".join(filter(None, [tally.sentence() if left else "", trouble.sentence])))
    return {"message": tally.sentence(), "waiting": tally.waiting, **tally.counts}


def _fetch_new(run: FeedRun, folder: Folder, report: Any, tally: "Tally") -> None:
    feed = run.feed
    report(stage=_("Looking into the folder"), progress=0.05)
    seen = set(feed.files.values_list("path", "version"))
    fresh = [entry for entry in matching(folder.entries(), feed.pattern) if (entry.path, entry.version) not in seen]
    still = _still(run)
    ready = [entry for entry in fresh if _is_settled(entry, still)]
    tally.waiting = {entry.path: entry.version for entry in fresh if not _is_settled(entry, still)}
    tally.counts["later"] = len(ready)
    clock = Clock(FETCH_SECONDS)
    for number, entry in enumerate(ready[:AT_ONCE]):
        if clock.left <= 0:
            return
        tally.counts["later"] -= 1
        report(stage=_("Fetching %(name)s") % {"name": entry.name[:SHOWN]}, progress=0.05 + 0.45 * number / len(ready))
        try:
            _fetch(run, folder, entry, tally)
        except Refusal as refusal:  # one unreadable file must not keep the others away for ever
            tally.trouble = Refusal(f"{entry.name}: {refusal.sentence}")
            tally.troubles += 1
            if tally.troubles == TROUBLES:
                return


def _still(run: FeedRun) -> dict[str, str]:
    """What the pull before found unfinished: unchanged since, it is finished, whatever the server's clock says."""
    before = run.feed.runs.filter(pk__lt=run.pk, state=run.State.SUCCEEDED).exclude(slot__contains=run.TEST).first()
    if before is None or before.ended_at is None or (timezone.now() - before.ended_at).total_seconds() < SETTLED:
        return {}
    found: dict[str, str] = before.result.get("waiting", {})
    return found


def _is_settled(entry: Entry, still: dict[str, str]) -> bool:
    return timezone.now().timestamp() - entry.changed >= SETTLED or still.get(entry.path) == entry.version


def _fetch(run: FeedRun, folder: Folder, entry: Entry, tally: "Tally") -> None:
    feed = run.feed
    if entry.size > settings.UPLOAD_MAX_MB * 2**20:
        _note(run, entry, originals.too_large(entry.name).sentence, tally)
        return
    if entry.size == 0:
        _note(run, entry, _("The file is empty, so there was nothing to fetch."), tally)
        return
    with originals.received(feed.partner, folder.chunks(entry), name=entry.name) as held:
        now = folder.entry(entry)
        if held.size != entry.size or now is None or now.version != entry.version:
            tally.waiting[entry.path] = entry.version
            return
        told: dict[str, Any] = {"kind": feed.kind, "filename": entry.name, "complete": feed.complete}
        try:
            with run.fenced():
                file = FeedFile(feed=feed, path=entry.path, version=entry.version)
                file.save(force_insert=True)
                file.upload = uploads.take(feed.partner, held, by=run.requested_by, **told)
                file.save(update_fields=["upload"])
        except IntegrityError:  # an earlier execution of this very run was quicker
            return


def _note(run: FeedRun, entry: Entry, message: str, tally: "Tally") -> None:
    """A file that will never be fetched as it is; said once, until it changes."""
    with run.fenced():
        FeedFile.objects.get_or_create(
            feed=run.feed, path=entry.path, version=entry.version, defaults={"message": message[:300]}
        )
    tally.add("left")


class Tally:
    """What a pull has done so far, and the sentence about it."""

    def __init__(self) -> None:
        self.counts = {"taken": 0, "checked": 0, "asks": 0, "same": 0, "left": 0, "later": 0}
        self.waiting: dict[str, str] = {}
        self.trouble: Refusal | None = None
        self.troubles = 0

    def add(self, outcome: str) -> None:
        self.counts[outcome] += 1

    def sentence(self) -> str:
        counts = {**self.counts, "waiting": len(self.waiting)}
        said = [self._words(name, count) for name, count in counts.items() if count]
        return " ".join(said) or _("Nothing new.")

    @staticmethod
    def _words(name: str, n: int) -> str:
        words = {
            "taken": ngettext(
                "%(n)s file was fetched and taken into use.", "%(n)s files were fetched and taken into use.", n
            ),
            "checked": ngettext("%(n)s file was fetched and checked.", "%(n)s files were fetched and checked.", n),
            "asks": ngettext("%(n)s file waits for a person.", "%(n)s files wait for a person.", n),
            "same": ngettext("%(n)s file was in use already.", "%(n)s files were in use already.", n),
            "left": ngettext("%(n)s file was not fetched.", "%(n)s files were not fetched.", n),
            "later": ngettext("%(n)s more comes next time.", "%(n)s more come next time.", n),
            "waiting": ngettext(
                "%(n)s file is still being written and comes next time.",
                "%(n)s files are still being written and come next time.",
                n,
            ),
        }
        return words[name] % {"n": n}
