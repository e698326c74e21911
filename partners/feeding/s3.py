"""An S3-compatible bucket through Arrow's own client, whose every connection passes our gate. For the child only."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from partners.feeding import hosts
from partners.feeding.folder import LIST_SECONDS, LISTED, Clock, Entry, grown, seconds_for, too_many, too_slow
from partners.feeding.gate import Gate
from portal.kit.errors import Refusal

PIECE = 4 * 2**20
LISTING = 64 * 2**20
"""Bytes a listing may take: room for LISTED names, and an end for a server that never stops telling."""
HEADS = 2**20
# The library looks for credentials and regions in files and in the cloud's metadata service: it must find none.
NOWHERE = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


def endpoint(place: dict[str, Any], *, allowed: list[str]) -> tuple[str, str, int]:
    """Scheme, host and port. Raises Refusal unless it is https, or a host the operator named."""
    text = place.get("endpoint") or f"https://s3.{place['region']}.amazonaws.com"
    try:
        parts = urlsplit(text)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _unusable(text) from None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.path.strip("/"):
        raise _unusable(text)
    host = hosts.plain(parts.hostname)
    if parts.scheme == "http" and not hosts.is_named(host, allowed=allowed):
        raise Refusal(
            _("%(host)s would be asked without encryption: write https://, or have the operator allow the host.")
            % {"host": host}
        )
    return parts.scheme, host, port


@contextmanager
def opened(
    place: dict[str, Any], secret: bytes, *, allowed: list[str], ca_file: str | None = None
) -> Iterator["Bucket"]:
    scheme, host, port = endpoint(place, allowed=allowed)
    spoken_to = f"{place['bucket']}.{host}" if place.get("virtual") else host
    address = hosts.checked(spoken_to, port, allowed=allowed)
    os.environ.update(NOWHERE)
    from pyarrow import fs

    with Gate(spoken_to, port, address) as gate:
        client = fs.S3FileSystem(
            access_key=place["access_key"],
            secret_key=secret.decode(),
            region=place.get("region") or "us-east-1",
            scheme=scheme,
            endpoint_override=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            force_virtual_addressing=bool(place.get("virtual")),
            proxy_options=gate.options,
            connect_timeout=15,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=2),
            tls_ca_file_path=ca_file,
        )
        yield Bucket(client, gate, place, host)


class Bucket:
    def __init__(self, client: Any, gate: Gate, place: dict[str, Any], host: str) -> None:
        self._client, self._gate, self._host = client, gate, host
        self._bucket = place["bucket"]
        self._base = "/".join([self._bucket, *filter(None, place.get("prefix", "").split("/"))])

    def entries(self) -> list[Entry]:
        from pyarrow import fs

        with self._said(size=LISTING, seconds=LIST_SECONDS):
            infos = self._client.get_file_info(fs.FileSelector(self._base, allow_not_found=False))
        files = [_entry(info) for info in infos if info.type == fs.FileType.File]
        if len(files) > LISTED:
            raise too_many()
        return files

    def entry(self, entry: Entry) -> Entry | None:
        from pyarrow import fs

        with self._said(size=HEADS, seconds=30):
            info = self._client.get_file_info(entry.path)
        return _entry(info) if info.type == fs.FileType.File else None

    def chunks(self, entry: Entry) -> Iterator[bytes]:
        clock = Clock(seconds_for(entry))
        said = self._said(size=entry.size + 2 * HEADS, seconds=clock.check(), over=grown)
        with said, self._client.open_input_stream(entry.path) as stream:
            while chunk := stream.read(PIECE):
                yield chunk
                clock.check()

    @contextmanager
    def _said(self, *, size: int, seconds: float, over: Callable[[], Refusal] = too_many) -> Iterator[None]:
        """Allow a step through the gate; what the library raises becomes a sentence that quotes no secret."""
        self._gate.allow(size=size + size // 4, seconds=seconds)
        try:
            yield
        except (OSError, ValueError) as error:
            if self._gate.exceeded == "seconds":
                raise too_slow() from None
            if self._gate.exceeded == "size":
                raise over() from None
            raise Refusal(self._sentence(str(error))) from None

    def _sentence(self, said: str) -> str:
        known = {"host": self._host, "bucket": self._bucket, "folder": self._base}
        for words, sentence in _sentences().items():
            if any(word in said for word in words):
                return sentence % known
        return _("%(host)s answered in a way that is not understood: check address, bucket and region.") % known


def _sentences() -> dict[tuple[str, ...], str]:
    """What the library calls it → what it means and what to do."""
    return {
        ("NO_SUCH_BUCKET", "NoSuchBucket"): _(
            "There is no bucket “%(bucket)s” at %(host)s: check its name and region."
        ),
        ("INVALID_ACCESS_KEY_ID", "InvalidAccessKeyId", "INVALID_CLIENT_TOKEN_ID"): _(
            "%(host)s does not know the access key: enter a key that is in force."
        ),
        ("SIGNATURE_DOES_NOT_MATCH", "SignatureDoesNotMatch"): _(
            "The secret key does not belong to the access key: enter both again."
        ),
        ("ACCESS_DENIED", "AccessDenied", "HTTP status code 403", "Forbidden"): _(
            "%(host)s does not let this key read “%(folder)s”: it needs the rights to list the bucket and to read "
            "its objects."
        ),
        ("REQUEST_TIME_TOO_SKEWED", "RequestTimeTooSkewed"): _(
            "The clocks of %(host)s and of this server differ by too much: tell the operator."
        ),
        ("AUTHORIZATION_HEADER_MALFORMED", "PermanentRedirect", "status code 301", "status code 307"): _(
            "The bucket “%(bucket)s” lies in another region: correct the region or the address."
        ),
        ("curlCode: 60", "SSL peer certificate", "curlCode: 35"): _(
            "%(host)s cannot prove who it is: its certificate is not one this server trusts."
        ),
        ("Path does not exist", "RESOURCE_NOT_FOUND", "NO_SUCH_KEY", "does not exist", "non-existent"): _(
            "There is nothing at “%(folder)s” on %(host)s: check bucket and folder."
        ),
        ("NETWORK_CONNECTION", "curlCode"): _(
            "%(host)s does not answer: check the address, and that it can be reached from the internet."
        ),
    }


def _entry(info: Any) -> Entry:
    changed = info.mtime or datetime.fromtimestamp(0, UTC)
    return Entry(name=info.base_name, path=info.path, size=info.size or 0, changed=changed.timestamp())


def _unusable(text: str) -> Refusal:
    return Refusal(_("“%(text)s” is not an address: write one such as https://s3.example.com.") % {"text": text[:120]})
