"""What is not the user's error: told in a line, with the details in a file of their own."""

import tempfile
import traceback

from sim.report.console import say


def say_crash(error: Exception, before: str) -> None:
    """Say what went wrong in the program, and where the details lie; they follow where no file can be written."""
    first = (str(error).strip() or "no message").splitlines()[0][:200]
    details = "".join(traceback.format_exception(error))
    said = f"{before}the program failed, which is no error of yours: {type(error).__name__}: {first}"
    try:
        handle, name = tempfile.mkstemp(prefix="crm-roi-sim-", suffix=".txt")
        with open(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(details)
    except OSError:
        for line in (said, *details.splitlines()):
            say(line)
        return
    say(f"{said} (the details are in {name})")
