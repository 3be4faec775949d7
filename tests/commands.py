"""Commands of the program as a user gives them: in this process."""

import io
import os
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

from sim.cli.main import main
from tests.places import ROOT


@dataclass(frozen=True)
class Done:
    """What a command printed, byte by byte, and its exit code."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run(*arguments, cwd=ROOT, **environment):
    """Give a command to the program in this process, which takes a tenth of the time of one of its own.

    What no command may do - an exception that is no error of the user's - fails the test.
    """
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2))
    with (
        chdir(cwd),
        patch.dict(os.environ, {"COLUMNS": "100", **environment}),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main([str(argument) for argument in arguments])
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    said = err.buffer.getvalue()
    assert b"the program failed" not in said, said.decode()
    return Done(code, out.buffer.getvalue(), said)
