"""What was asked of a vendor still counts when the program is started again."""

from pathlib import Path

import pytest

from api.settings import Settings
from api.sync.ledger_file import LedgerFile
from api.world import open_world
from connectors import Budget, Ledger
from connectors.vendor import Rate, Share

DAILY, HOURLY = Rate(3, 86_400, Share.APP), Rate(50, 3_600)
KEYS = {Share.APP: "desk: app", Share.ACCOUNT: "desk: account 7", Share.SIGN_IN: "desk: sign-in 1"}


def _budget(ledger: Ledger) -> Budget:
    return ledger.budget((DAILY, HOURLY), KEYS)


def test_a_program_that_is_started_again_goes_on_counting(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, log_level="warning")
    with open_world(settings) as world:
        budget = _budget(world.metadata.ledger)
        assert [budget.take(), budget.take()] == [0.0, 0.0]
    with open_world(settings) as world:
        budget = _budget(world.metadata.ledger)
        assert budget.take() == 0.0
        assert budget.left_out() == pytest.approx(86_400, abs=60)
        budget.hold(7_200, Share.SIGN_IN)
    with open_world(settings) as world:
        other = world.metadata.ledger.budget((HOURLY,), KEYS | {Share.ACCOUNT: "desk: account 8"})
        assert other.left_out() == pytest.approx(7_200, abs=60)  # the pause is of whoever has signed in


def test_what_is_over_is_forgotten_and_a_broken_file_is_none(tmp_path: Path) -> None:
    now = 1_000.0
    ledger = Ledger(clock=lambda: now)
    file = LedgerFile(tmp_path, ledger)
    file.note()
    assert list(tmp_path.iterdir()) == []  # nothing was asked of anybody
    _budget(ledger).take()
    now += 4_000
    file.note()
    assert [one.rate for one in ledger.remembered().sent] == [DAILY]
    (written,) = tmp_path.iterdir()
    written.write_text("{")
    LedgerFile(tmp_path, again := Ledger()).recall()
    assert _budget(again).left_out() == 0.0
