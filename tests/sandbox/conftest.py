from collections.abc import Iterator

import pytest

from tests.sandbox.helpers import Bench, bench


@pytest.fixture
def service() -> Iterator[Bench]:
    """A sandbox as it is without options."""
    with bench() as made:
        yield made
