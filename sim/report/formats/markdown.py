"""The report as a page of Markdown: sections as they come, every text made safe."""

from collections.abc import Iterable, Iterator, Sequence

from sim.analysis.section import Block, Bullets, Picture, Section
from sim.analysis.table import Table
from sim.report.escape import markdown, markdown_line

WORDS_OF_A_FIGURE = 6
"""More words than a figure has with its error and its bounds: '0 of 65,536 futures, at most'."""


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
        rules = (_rule([row[column] for row in block.texts]) for column in range(1, len(block.columns)))
        return markdown_table(block.header, ["---", *rules], block.texts)
    if isinstance(block, Picture):
        return f"![{markdown(block.title)}](charts/{block.name}.svg)"
    if isinstance(block, Bullets):
        return "\n".join([markdown_line(block.lead), "", *(f"- {markdown_line(line)}" for line in block.lines)])
    return markdown_line(str(block))


def _rule(texts: Sequence[str]) -> str:
    """Align figures at their end; a column that holds a sentence is read from its beginning."""
    return "---" if any(len(text.split()) > WORDS_OF_A_FIGURE for text in texts) else "---:"


def markdown_table(header: Sequence[str], rule: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table; `rule` says how its columns are aligned."""
    lines = [map(markdown, header), rule, *(map(markdown, row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
