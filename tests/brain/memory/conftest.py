import pytest

from engine.store.store import Store


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'rusta.db'}") as opened:
        yield opened
