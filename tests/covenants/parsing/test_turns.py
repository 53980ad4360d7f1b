"""Only so many old files are converted at once on the machine, and who must wait is told."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from covenants.parsing import ReadError
from covenants.parsing.readers import conversion, read_file
from covenants.parsing.readers.turns import NoTurn, Turns
from tests.covenants.parsing.test_converted_files import RTF

ROOT = Path(__file__).resolve().parents[3]
HOLDER = """
import sys
from pathlib import Path
from covenants.parsing.readers.turns import Turns
with Turns(1, Path(sys.argv[1])).taken():
    print("taken", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def elsewhere(tmp_path):
    """Another process that holds the only turn until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "turns")],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"taken\n"
    yield process
    process.kill()
    process.communicate()


def test_there_are_as_many_turns_as_said(tmp_path):
    turns = Turns(2, tmp_path, seconds=0)
    with turns.taken(), turns.taken(), pytest.raises(NoTurn), turns.taken():
        pass
    with turns.taken():
        pass


def test_another_process_takes_turns_too_and_gives_them_back_when_killed(tmp_path, elsewhere):
    turns = Turns(1, tmp_path / "turns", seconds=0)
    with pytest.raises(NoTurn), turns.taken():
        pass
    elsewhere.kill()
    elsewhere.wait()
    with turns.taken():
        pass


def test_who_finds_no_turn_is_told_to_come_again(tmp_path, elsewhere, monkeypatch):
    monkeypatch.setattr(conversion, "_turns", Turns(1, tmp_path / "turns", seconds=0.2))
    with pytest.raises(ReadError, match="规约.rtf.*另存为 .docx") as caught:
        read_file(io.BytesIO(RTF), "规约.rtf")
    if conversion.converter() is not None:
        assert caught.value.code == conversion.BUSY and "过一两分钟" in str(caught.value)


def test_a_turn_is_given_back_after_a_conversion(tmp_path, monkeypatch):
    monkeypatch.setattr(conversion, "_turns", Turns(1, tmp_path, seconds=0))
    for _time in range(2):
        try:
            read_file(io.BytesIO(RTF), "规约.rtf")
        except ReadError as error:
            assert error.code == "must_convert"
