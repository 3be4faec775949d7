"""Arguments and options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

Files = Annotated[list[Path], typer.Argument(help="Scenario files (YAML).", show_default=False)]
File = Annotated[Path, typer.Argument(help="Scenario file (YAML).", show_default=False)]
Draws = Annotated[int, typer.Option(help="Futures to draw, at least; rounded up to whole replicates.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same numbers.")]
DesignName = Annotated[str, typer.Option(help="How draws fill the space of inputs: sobol, latin, random or hdr.")]
Workers = Annotated[
    int, typer.Option(help="Threads that share the work; 0 for one a processor. Numbers do not depend on it.")
]
OneVendor = Annotated[str | None, typer.Option(help="The vendor; all of them if not given.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print as CSV.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
Replace = Annotated[bool, typer.Option("--force", help="Replace an existing chart.")]
