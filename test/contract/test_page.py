"""The page about the double says what the cases say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_table_of_deviations_is_that_of_the_marks() -> None:
    """docs/ec2-double.md has the table that test/contract/deviations.py makes; running it writes it anew."""
    program = Path(__file__).resolve().parent / "deviations.py"
    result = subprocess.run([sys.executable, str(program), "--check"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"run test/contract/deviations.py\n{result.stdout}{result.stderr}"
