"""The report as a page of Markdown: sections as they come, every text made safe."""

from collections.abc import Iterable, Iterator, Sequence

from sim.analysis.section import Block, Bullets, Picture, Section
from sim.analysis.table import Table
from sim.report.escape import markdown, markdown_line


def markdown_text(title: str, lead: Sequence[str], sections: Iterable[Section]) -> str:
    """Give a page: its title, the paragraphs below it, then section by section."""
    parts = [f"# {markdown(title)}", *map(markdown_line, lead)]
    parts += [part for section in sections for part in _section(section, "##")]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(section: Section, mark: str) -> Iterator[str]:
    if section.blocks and section.title:
        yield f"{mark} {markdown(section.title)}"
    for block in section.blocks:
        yield from _section(block, f"{mark}#") if isinstance(block, Section) else [_block(block)]


def _block(block: Block) -> str:
    if isinstance(block, Table):
        return markdown_table(block.header, ["---", *["---:"] * (len(block.columns) - 1)], block.texts)
    if isinstance(block, Picture):
        return f"![{markdown(block.title)}](charts/{block.name}.svg)"
    if isinstance(block, Bullets):
        return "\n".join([markdown_line(block.lead), "", *(f"- {markdown_line(line)}" for line in block.lines)])
    return markdown_line(str(block))


def markdown_table(header: Sequence[str], rule: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table; `rule` says how its columns are aligned."""
    lines = [map(markdown, header), rule, *(map(markdown, row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
