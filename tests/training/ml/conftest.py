"""Partners made once per session: tests only read them."""

from pathlib import Path

import pytest

from tests.training.ml import makers
from training.ml.interface import PartnerData


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> PartnerData:
    return makers.partner(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def telco(tmp_path_factory: pytest.TempPathFactory) -> PartnerData:
    return makers.labelled(tmp_path_factory.mktemp("telco"))


@pytest.fixture(scope="session")
def plans(tmp_path_factory: pytest.TempPathFactory) -> PartnerData:
    return makers.subscribers(tmp_path_factory.mktemp("plans"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "artefact"
