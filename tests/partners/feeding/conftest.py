"""One sshd for all tests that need one, a folder of its own for each; and a small S3."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.partners.feeding.servers import Bucket, Sshd, s3, sshd


@pytest.fixture(scope="session")
def openssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def ssh_server(openssh: Sshd, tmp_path: Path) -> Sshd:
    folder = tmp_path / "outbox"
    folder.mkdir()
    return replace(openssh, folder=folder)


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with s3() as made:
        yield made
