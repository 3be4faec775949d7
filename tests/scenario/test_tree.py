import pytest

from sim.errors import Problem
from sim.scenario import tree as text


def parsed(source):
    problems: list[Problem] = []
    tree = text.parse(source, problems, shown="x.yaml")
    return tree, [str(problem) for problem in problems]


def plain(source):
    tree, problems = parsed(source)
    assert problems == []
    return tree.plain()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("012", 12),
        ("1e6", 1e6),
        ("-.5", -0.5),
        ("no", "no"),
        ("on", "on"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("2026-11-22", "2026-11-22"),
        ("true", True),
        ("~", None),
        ("'12'", "12"),
        ("", None),
        ("12%", "12%"),
    ],
)
def test_scalars_follow_yaml_1_2(written, meant):
    assert plain(f"a: {written}") == {"a": meant}


def test_nodes_remember_their_line_and_column():
    tree, _ = parsed("a: 1\nb:\n  c: [x, {d: 5}]\n")
    node = tree.at(("b", "c", 1, "d"))
    assert (node.value, node.line, node.column, node.key_line, node.key_column) == (5, 3, 14, 3, 11)


def test_a_missing_place_is_reported_at_the_nearest_key():
    tree, _ = parsed("a: 1\nb:\n  c: 2\n")
    assert str(tree.problem(("b", "zzz"), "missing")) == "x.yaml:2:1: b.zzz: missing"


def test_duplicate_keys_are_all_reported_and_the_rest_is_still_read():
    tree, problems = parsed("a: 1\na: 2\nb: {c: 1, c: 2}\nd: 4\n")
    assert problems == [
        "x.yaml:2:1: the key 'a' is here twice (first on line 1; keep one)",
        "x.yaml:3:11: the key 'c' is here twice (first on line 3; keep one)",
    ]
    assert tree.plain() == {"a": 1, "b": {"c": 1}, "d": 4}


def test_a_number_split_by_its_comma_is_explained():
    _, problems = parsed("a: {quote: $18,000, months: 3}")
    assert problems == [
        "x.yaml:1:16: a comma splits the number before '000' (write it without the comma, or in quotes)"
    ]


@pytest.mark.parametrize("tag", ["!!python/object:os.system", "!!python/name:os.system", "!include", "!!binary"])
def test_tags_are_refused_so_that_no_file_can_run_code(tag):
    _, problems = parsed(f"a: {tag} x\n")
    assert len(problems) == 1
    assert "is not read" in problems[0]


def test_aliases_are_read_and_stand_where_they_are_used():
    tree, problems = parsed("a: &x {low: 1}\nb: *x\n")
    assert problems == []
    assert tree.plain() == {"a": {"low": 1}, "b": {"low": 1}}
    assert tree.at(("b",)).line == 2


def test_an_alias_bomb_is_stopped():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    tree, problems = parsed("\n".join(lines))
    assert tree is None
    assert "more than 50,000 values once aliases are expanded" in problems[0]


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("a: &x [*x]", "has no anchor above it"),
        ("a: *nowhere", "has no anchor above it"),
        ("[" * 60 + "]" * 60, "nested over 40 levels deep"),
        ("[" * 100_000, "nested over 40 levels deep"),
        ("a: 1\n---\nb: 2", "a second document starts here"),
        ("", "the file is empty"),
        ("- 1\n- 2", "a scenario is a mapping"),
        ("a: [1, 2", "not valid YAML"),
        ("a: 'x", "not valid YAML"),
        ("a: 1\n b: 2", "not valid YAML"),
        ("<<: {a: 1}", "merge keys are not read"),
        ("? [1, 2]\n: x", "a key must be a plain text"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(source, wrong):
    _, problems = parsed(source)
    assert len(problems) == 1
    assert wrong in problems[0]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"a: \xff\xfe", "not a text file in UTF-8 (byte 3 cannot be read"),
        (b"a: \x00", "binary data"),
        (b"a: 1\n" * 300_000, "over 1,000 kB"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not a text file"),
    ],
)
def test_binary_and_huge_files_are_refused(tmp_path, content, wrong):
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    problems: list[Problem] = []
    assert text.read(path, problems, shown="x.yaml") is None
    assert wrong in str(problems[0])


def test_a_byte_order_mark_is_no_trouble(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert text.read(path, [], shown="x.yaml").plain() == {"a": 1}


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    for path, wrong in ((tmp_path, "it is a folder"), (tmp_path / "none.yaml", "no such file")):
        problems: list[Problem] = []
        assert text.read(path, problems, shown="x.yaml") is None
        assert wrong in str(problems[0])
