import json

import pytest

from sim.cli import main as cli
from sim.cli.fit import fit_column, fit_json, fit_text

PNG = b"\x89PNG"


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        cli.main(["fit", *map(str, arguments)])
    out, err = capsys.readouterr()
    return end.value.code, out, err


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "d.csv"
    values = [3.1, 4.7, 5.2, 2.8, 3.9, 4.4, 6.1, 3.3, 4.0, 4.9, 5.5, 3.6, 4.2, 7.3, 2.2, 3.7, 4.5, 5.0, 3.4, 4.1, 5.8]
    path.write_text(
        "rate,few,lumps\n"
        + "".join(f"{v}%,{'€' + str(v) if n < 9 else ''},{n % 2 * 900 + 0.5}\n" for n, v in enumerate(values))
    )
    return path


def test_the_table_fits_80_columns_and_ends_with_yaml_in_the_unit_of_the_column(table, capsys):
    code, out, err = run(capsys, table, "--column", "rate", "--top", 3)
    lines = out.rstrip("\n").split("\n")
    assert (code, err) == (0, "")
    assert max(map(len, lines)) <= 80
    assert lines[0] == "d.csv#rate: 21 observations, 8 families fitted"
    assert "and 5 more (--top 8 shows all)" in out
    assert lines[-1].startswith("  {dist: ")
    assert (
        run(capsys, table, "--column", "rate", "--family", "normal")[1]
        .rstrip()
        .endswith("{dist: normal, mean: 4.36667%, sd: 1.1704%}")
    )


def test_few_values_and_no_fit_are_said_in_words(table, capsys):
    out = " ".join(run(capsys, table, "--column", "few")[1].split())
    assert "12 of 21 values missing and left out (rows 11, 12, 13" in out
    assert "9 observations cannot tell these families apart" in out
    assert "draw what was seen: {from: d.csv#few}" in out
    assert "€" in out.split("To paste")[1] or "beta" in out
    out = " ".join(run(capsys, table, "--column", "lumps")[1].split())
    assert "No family fits (p below 0.05). Draw what was seen instead: {from: d.csv#lumps}" in out


def test_json_says_everything(table, capsys):
    found = json.loads(run(capsys, table, "--column", "few", "--json", "--top", 2)[1], parse_constant=pytest.fail)
    assert (found["schema_version"], found["observations"], found["unit"], found["seed"]) == (1, 9, "money", 1)
    assert found["missing_rows"] == list(range(11, 23))
    assert [fit["replicates"] for fit in found["fits"]] == [999, 999]
    assert found["fits"][0]["aic"] <= found["fits"][1]["aic"]
    assert found["fits"][0].keys() >= {"family", "parameters", "log_likelihood", "bic", "ks", "ad", "yaml"}
    assert found["not_fitted"]["pert"] == "needs both bounds (--bounds low,high)"


def test_the_same_seed_prints_the_same(table):
    first, again = (fit_column(table, "rate", families=[], bounds=None, top=2, seed=3) for _ in range(2))
    assert fit_text(first, 2) == fit_text(again, 2)
    assert fit_json(first, 2) == fit_json(again, 2)


def test_what_does_not_exist_is_null_and_n_a(table, capsys):
    arguments = [table, "--column", "rate", "--family", "log_uniform"]
    fit = json.loads(run(capsys, *arguments, "--json")[1], parse_constant=pytest.fail)["fits"][0]
    assert fit["ad"] == {"statistic": None, "p": None}
    assert "n/a" in run(capsys, *arguments)[1]


def test_bounds_are_read_in_the_unit_of_the_column(table):
    found = fit_column(table, "rate", families=["pert"], bounds="0%,10%", top=1, seed=1)
    assert (found.fits[0].distribution.low, found.fits[0].distribution.high) == (0, 0.1)
    assert found.yaml(found.fits[0]).startswith("{dist: pert, low: 0%, mode: ")


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_chart_is_written_whole_and_not_over_another(table, capsys, suffix):
    chart = table.parent / f"c{suffix}"
    assert run(capsys, table, "--column", "rate", "--chart", chart)[0] == 0
    written = chart.read_bytes()
    assert written.startswith(PNG) if suffix == ".png" else b"gamma" in written
    code, _, err = run(capsys, table, "--column", "rate", "--chart", chart)
    assert (code, "exists already (--force replaces it)" in err) == (2, True)
    assert sorted(p.name for p in table.parent.iterdir()) == [chart.name, "d.csv"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--column", "rte"], "no column of 'd.csv' is called 'rte' (did you mean 'rate'?)"),
        (["--column", "rate", "--family", "gama"], "no family called 'gama' is fitted (did you mean 'gamma'?)"),
        (["--column", "rate", "--bounds", "5%"], "cannot read the bounds '5%' (write 0%,100%"),
        (["--column", "rate", "--bounds", "$0,"], "'$0' is money where a rate is expected"),
        (["--column", "rate", "--bounds", "3%,9%"], "the lowest value, 0.022, is below the bound 0.03"),
        (["--column", "rate", "--chart", "x.pdf"], "x.pdf is neither .png nor .svg"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(table, capsys, arguments, message):
    code, out, err = run(capsys, table, *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_totals_and_what_else_was_left_out_are_said(tmp_path, capsys):
    path = tmp_path / "d.csv"
    path.write_text("month,n\n" + "".join(f"M{n},{n * n}.5\n" for n in range(1, 13)) + "Grand total,656\n")
    out = " ".join(run(capsys, path, "--column", "n")[1].split())
    assert "d.csv#n: 12 observations" in out
    assert "row 14 of 'd.csv' is a total and left out" in out
    found = json.loads(run(capsys, path, "--column", "n", "--json")[1])
    assert found["remarks"][0] == "row 14 of 'd.csv' is a total and left out (--keep totals keeps it)"
    kept = " ".join(run(capsys, path, "--column", "n", "--keep", "totals")[1].split())
    assert "d.csv#n: 13 observations" in kept
    assert "{from: d.csv#n, totals: keep}" in kept
    assert "left out" not in kept


def test_a_bare_column_that_may_be_read_in_two_ways_is_refused(tmp_path, capsys):
    path = tmp_path / "d.csv"
    path.write_text("n\n" + "".join(f"{n}.{n}50\n" for n in range(1, 9)))
    code, out, err = run(capsys, path, "--column", "n")
    assert (code, out) == (2, "")
    assert "row 2: '1.150' may be 1,150 or 1.15 (write 1150 or 1.15, or say --decimal ,)" in err
    assert run(capsys, path, "--column", "n", "--decimal", ".")[0] == 0
