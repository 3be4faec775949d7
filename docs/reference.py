"""The reference of scenario files, made from their JSON Schema: `python docs/reference.py` writes docs/scenario.md."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from sim.distributions import family_named
from sim.distributions.counts import Counts
from sim.model.key_figures.table import KPIS, RECORDED
from sim.numbers.kinds import Kind
from sim.numbers.reading import Reading, read_number
from sim.numbers.writing import input_value
from sim.scenario import number as leaf
from sim.scenario.checks.needs import INSTEAD
from sim.scenario.schema import scenario_schema
from sim.scenario.shapes import correlations, sections
from sim.scenario.shapes import file as shapes
from sim.scenario.shapes import rows as row_shapes
from sim.scenario.shapes.file import Offer
from sim.scenario.shapes.needs import needs_of

PAGE = Path(__file__).with_name("scenario.md")

BAR = r"\|"
"""A bar inside a cell of a Markdown table."""

OFFER = ("licence", "implementation", "training", "administration", "legacy", "effects", "rollout", "exit")

WRITTEN = {
    Kind.RATE: ("12%", "0.12", "-2%", "50bp", "1200%"),
    Kind.MONEY: ("75", "$75", "18k", "$1.25M", "USD 500", "2bn", "1,234,567", "1.234,50", "18 000", "(75)"),
    Kind.COUNT: ("900", "12k", "1.2M"),
    Kind.MONTHS: ("6", "6 months", "1.5 years"),
    Kind.HOURS: ("3", "3 hours", "2.5h"),
    Kind.FACTOR: ("1.15", "1.15x"),
}
"""Texts of each kind of number; the page shows what they are read as, in a scenario in USD."""

PARAMETERS = {
    "low": "Lowest value.",
    "mode": "Most likely value.",
    "high": "Highest value.",
    "mean": "Mean.",
    "sd": "Standard deviation of the value.",
    "median": "Median.",
    "p10": "Value that 10% of the draws stay below.",
    "p90": "Value that 90% of the draws stay below.",
    "value": "The number.",
    "values": "The values.",
    "p": "Probability of 1, as 0.05 or 5%.",
}
"""What a distribution's field means where the schema leaves it to the name."""

EXAMPLES = {
    "constant": "{dist: constant, value: 12%}",
    "uniform": "{dist: uniform, low: 0%, high: 10%}",
    "triangular": "{dist: triangular, low: 0%, mode: 5%, high: 20%}",
    "pert": "{dist: pert, low: 0%, mode: 5%, high: 20%}",
    "normal": "{dist: normal, mean: 4%, sd: 3%}",
    "truncated_normal": "{dist: truncated_normal, mean: 4%, sd: 3%, low: 0%}",
    "lognormal": "{dist: lognormal, median: 10%, sigma: 0.25}",
    "beta": "{dist: beta, a: 8, b: 3}",
    "bernoulli": "{dist: bernoulli, p: 15%}",
    "discrete": "{dist: discrete, values: [0%, 10%, 25%], probabilities: [60%, 30%, 10%]}",
    "log_uniform": "{dist: log_uniform, low: 1%, high: 20%}",
    "gamma": "{dist: gamma, mean: 8%, sd: 4%}",
    "weibull": "{dist: weibull, shape: 1.5, scale: 10%}",
    "exponential": "{dist: exponential, mean: 4%}",
    "pareto": "{dist: pareto, low: 2%, alpha: 1.5, high: 60%}",
    "student_t": "{dist: student_t, df: 4, location: 5%, scale: 2%}",
    "gumbel": "{dist: gumbel, location: 5%, scale: 2%}",
    "poisson": "{dist: poisson, mean: 3.5}",
    "binomial": "{dist: binomial, n: 40, p: 15%}",
    "negative_binomial": "{dist: negative_binomial, mean: 6, sd: 4}",
    "geometric": "{dist: geometric, p: 20%}",
    "mixture": "{dist: mixture, parts: [{weight: 70%, of: {dist: uniform, low: 2%, high: 9%}}, {weight: 30%, of: 0%}]}",
    "truncated": "{dist: truncated, of: {dist: student_t, df: 4, location: 5%, scale: 3%}, low: 0%}",
    "shifted": "{dist: shifted, of: {dist: exponential, mean: 3%}, by: 2%}",
    "maximum": "{dist: maximum, of: {dist: pert, low: 1%, mode: 3%, high: 9%}, copies: 5}",
    "minimum": "{dist: minimum, of: {dist: pert, low: 1%, mode: 3%, high: 9%}, copies: 3}",
    "event": "{dist: event, p: 15%, size: {dist: lognormal, median: 10%, sigma: 0.4}}",
    "events": "{dist: events, number: {dist: poisson, mean: 1.5}, size: {dist: gamma, mean: 4%, sd: 2%}}",
    "metalog": "{dist: metalog, p10: 2%, p50: 5%, p90: 12%, low: 0%}",
    "empirical": "{dist: empirical, values: [4%, 7%, 5%, 9%, 6%], method: smoothed, low: 0%}",
    "histogram": "{dist: histogram, edges: [0%, 5%, 10%, 20%], weights: [12, 30, 8]}",
    "cumulative": "{dist: cumulative, values: [0%, 5%, 20%], probabilities: [0%, 60%, 100%]}",
}

SCENARIO = """\
# yaml-language-server: $schema=./scenario.schema.json
name: Two offers for a sales team of 25
currency: EUR
months: 36
discount_rate: 9%

company:
  users: 25
  hourly_cost: €48
  leads_per_month: 180
  conversion_rate: 6%
  deal_value: €3200
  gross_margin: {value: 58%, source: "management accounts, last year"}

inputs:
  conversion_lift: {dist: pert, low: -2%, mode: 8%, high: 25%, note: one future for both offers}
  adoption: {dist: beta, a: 8, b: 4}

common:
  effects:
    attribution: 60%
    conversion: conversion_lift
    hours_saved: {dist: pert, low: 0.5, mode: 2, high: 5}
    time_realised: 70%
    sales_lag_months: 3
  rollout:
    adoption: adoption
    ramp_months: 4

vendors:
  Northwind CRM:
    licence: {list_price: €39, discount: 10%, uplift: 5%}
    implementation: {quote: €12k, overrun: {dist: lognormal, median: 1.15, sigma: 0.25}}
    rollout: {plan_months: 2}
  Contoso CRM:
    licence: {list_price: €65, discount: [10%, 5%], uplift: 7%}
    implementation: {quote: €30k, overrun: {dist: lognormal, median: 1.2, sigma: 0.3}}
    rollout: {plan_months: 4}
    inputs:
      adoption: {dist: beta, a: 9, b: 4, note: easier to use; the same future on another scale}

targets:
  payback: 24 months
  roi: 50%
"""

START = """\
# Scenario files

A scenario is one YAML file: a company as it is, numbers that are uncertain, and the vendors it compares. This page
lists every key. It is made from the JSON Schema of the format by `python docs/reference.py`; change the schema, not
the page. `sim check FILE` checks a file and lists every problem with its line and column. `sim schema` prints the JSON
Schema, with which an editor completes keys and checks them while you type; the first line of the files in `scenarios/`
tells editors where to find it.

Nothing but plain text is read: UTF-8, at most 1,000 kB, one scenario a file, the words of YAML 1.2 (`no` is a text,
`012` is twelve). Anchors and aliases work; tags, merge keys (`<<`) and a key given twice are refused."""

NUMBERS = """\
## How numbers are written

Every number has a kind. A text of another kind is refused, not guessed at: `12%` is no amount of money."""

NUMBER_RULES = """\
- **Rates** are a year unless the key says otherwise. A bare rate above 1 is refused, because `12` could mean 12% or
  1,200%; write the percent sign.
- **Money** is in the scenario's one `currency`, a code of ISO 4217. Its sign (`$`, `€`, `Rp`, `zł`, `kr`, `US$` ...) or
  code may stand before or after the number and must be that currency's: an amount in another one has to be converted.
- **Thousands and decimals.** `18.000` is 18,000 to some and 18 to others, and `18,000` likewise. Where a count or an
  amount of money is expected, up to three digits before one mark and three behind it are refused, with both readings:
  write `18000` or `18k`. What has one reading is read: `1,234,567`, `1.234.567`, `1,234.50`, `1.234,50`, `12,5`,
  `0.125`, `12,34,567`, and groups by spaces, apostrophes or underscores (`18 000`, `18'000`, `18_000`). `1.250M` may be
  1,250M or 1.25M and is refused too. The point of a rate, a factor or a time is a decimal one (it may be `1.125`); a
  comma there is refused, but for a time. An input of bare digits is refused where it is used as money or as a count.
- **`numbers: {decimal: ",", group: "."}`** at the top of a file says how it writes its numbers; then `18.000` is 18,000
  and `12.5` is refused. One of the two is enough. It is not said of tables ([their columns](data.md) show it or
  say it), and files that `extends` joins must say the same.
- **Commas and braces.** YAML splits `{quote: 12,5}` at the comma: quote such texts inside braces, `{quote: "12,5"}`.
- **Below zero**: `-5`, `−5`, `5-` and `(5)`. Beyond 1e18, and nearer to zero than 1e-30, numbers are refused.
- **A name** may stand for a number: that of an entry under `inputs`, or of a company fact such as `users`. Its numbers
  must be bare or of the kind the key takes.
- **A distribution** may stand for a number and makes it uncertain: `{dist: pert, low: 2%, mode: 8%, high: 20%}`. Its
  own fields are fixed numbers, not names. It must keep the bounds of the key it stands at, up to tails of one in a
  billion: an adoption lies between 0% and 100%, so it cannot be `normal`; use `truncated_normal`, `pert` or `beta`.
- **A column of data** may stand for a number as well: `{from: history.csv#conversion}` draws from what was seen. See
  [your own data](data.md).
- **A prior** may stand for a number: `{prior: conversion_lift}` is a default distribution with its source and grade.
  [evidence.md](evidence.md) and `sim priors` list them.
- **Source and note.** Any number may be wrapped as `{value: 62%, source: "where it comes from", note: "a remark"}`; a
  distribution and every section take `source` and `note` directly. Reports show those of the uncertain numbers.

Every number can be uncertain but the horizon, a contract's `term_months`, and the targets."""

INPUTS = """\
## `inputs`

Uncertain numbers with a name, drawn once and shared by all vendors. An entry is a number or a distribution, as above;
its name may then stand wherever a number of its kind is taken. It hides a company fact of the same name.

A distribution written in place works the same without a name: one under `company` or `common` is drawn once for all
vendors, one under a vendor is that vendor's alone and independent of everything else. Reports call it by its place,
such as `vendors.Acme.licence.discount`."""

OFFERS = """\
## `common` and `vendors`

`vendors` maps the name of each vendor to its offer. `common` is an offer too, and holds for every vendor that does not
say otherwise. The two are laid over each other number by number: a vendor's `licence: {discount: 5%}` leaves the rest
of `common.licence` in force. Every vendor needs a `licence.list_price`, and `licence.seats` or `company.users`, unless
vendors are given by `rows`.
`catalogue: vtiger/enterprise` in a vendor takes the price, and what else is known, from the list prices in
[evidence.md](evidence.md#list-prices); whatever the file says itself stands.

A vendor may also carry `inputs`: entries of the shared `inputs` on another scale. It then sees the same quantile of
another distribution - the same future, better or worse for this vendor - so that vendors remain comparable draw by
draw.

These are the sections of an offer; each may stand in `common`, in a vendor, or in both."""

FEATURES = """\
```yaml
features: {quoting: full, portal: basic, forecasting: {value: 60%, source: "the vendor's data sheet"}}
feature_effects: [quoting, portal]
```

A feature that is only listed changes nothing: reports say that the vendor has it, and what it could move. The command
`sim features` prints what each moves by default, how far, with grade and source. With `feature_effects: default` all
features that a vendor has take their default effects, with a list those on it; `full` means the whole effect, `basic`
half of it, a share that share. Cross-selling and upselling move one lever and have half of its effect each: both
together bring no more than the lever. A number under `effects` that a counted feature would move as well is refused:
keep your own figure, or the feature's."""

FIT = """\
### `fit`

How well a vendor's CRM works in this firm, which nobody knows before: a factor on what its use brings, all benefits but
retired tools. Each vendor draws its own, whether it is said in `common` or for one vendor.

```yaml
fit: 15%                                        # a doubt: normal around 1, one standard deviation of 15%
```

A percentage is a doubt, at most 50%; a law of the factor or a bare factor such as 0.9 may stand there too. A mean more
than 5% off 1 warns, since it is a claim and no doubt. `correlations: {across_vendors: {fit: 0.5}}` lets vendors share a
part of it. `sim compare --fit 15%` tries it without editing the file."""

EVENTS = """\
`events` maps a name of your choice to what may happen. Every effect can be combined with every other:

```yaml
events:
  Cancelled: {probability: 10%, cancelled_after: {dist: uniform, low: 20%, high: 100%}}
  Weak rollout: {probability: 35%, adoption: {dist: uniform, low: -80%, high: -30%}}
  Late go-live: {probability: 30%, delay_months: {dist: pert, low: 1, mode: 3, high: 9}}
  Price shock: {yearly_probability: 5%, price: 25%}
  Champion leaves: {yearly_probability: 15%, adoption: -20%, lasts: 12 months}
  Data breach: {yearly_probability: 1%, cost: $80k, benefits: -30%, lasts: 6 months}
```

An event of the same name happens, or not, to all vendors alike: in a future that is bad enough for a probability of 20%
it also happens to the vendor with 35%, but not the other way round. A vendor may change single numbers of a common
event; a probability of 0% rules it out. Whether it happens is an input, with a bar in the tornado."""

LINES = """\
`lines` maps a name of your choice to what the model has no line for:

```yaml
lines:
  Fewer trade fairs: {kind: benefit, amount: $24k, per: year, starts: 7}
  Compliance audit: {kind: cost, amount: {dist: pert, low: $5k, mode: $8k, high: $20k}, per: once, starts: 12}
  Headsets: {kind: cost, amount: $90, per: user}
  Shorter meetings: {kind: benefit, amount: $40, per: user_month, ramps: true, soft: true}
```

A cost a year is paid at the beginning of each of its years, a benefit a year is earned month by month. `kind`, `amount`
and `per` are needed; a vendor may change single numbers of a common line, and an amount of 0 drops it."""

ROWS = """\
With `method: tei` at the top of the file, vendors may be given by rows alone, without the CRM model: see
[yearly tables](tei.md).

```yaml
rows:
  Increased sales:
    kind: benefit
    factors: {deals a year: [400, 450, 500], more of them: lift, margin on a deal: $1800}
    ramp: [50%, 80%, 100%]
    risk_adjustment: 10%
  Licences: {kind: cost, years: [$90k, $90k, {dist: pert, low: $90k, mode: $97k, high: $120k}]}
  Implementation: {kind: cost, initial: $60k, years: [$15k, 0, 0], risk_adjustment: 15%}
```

A number by years is one number for all years, or a list with one for each. A number in place that stands for all years
is drawn once, those of a list each for itself. A vendor may change single numbers of a common row, and a row of zeros
drops it."""

RETAINED = """\
`retained` inside a row takes the place of `years` where an effect lags a year and compounds."""
KEY_FIGURES = """\
## `kpis`

What is wanted of a key figure, and what was measured of it. Reports show the computed ones without the CRM and with it;
a `target` adds the probability that it is reached, an `actual` stands beside it. The others are recorded only, and may
have a `before` too. Every number in here is certain; each entry takes `source` and `note`.

```yaml
kpi_month: 24 months
kpis:
  conversion: {target: 6%}
  churn: {target: 16%, actual: 17.2%}
  nps: {before: 31, target: 45, note: yearly survey}
```

Formulas are in [model.md](model.md#key-figures-before-and-after)."""

CORRELATIONS = """\
## `correlations`

Which uncertain numbers move together; all others are independent. Mostly a list of pairs:

```yaml
correlations:
  - {inputs: [adoption, conversion_lift], spearman: 0.3, note: "a good rollout is put to use"}
  - {inputs: [implementation.overrun, rollout.delay_months], spearman: 0.6}
```

An input goes by its name; a number written in place by the section and key it stands at, without `common` or the
vendor: `implementation.overrun` is every vendor's own overrun, `churn` or `company.churn` the company's. A correlation
never changes a distribution, only which values come together. The key that reports print
(`vendors.Acme.licence.discount`) works too; where several vendors have such a number, it means that vendor's alone. For
more than pairs, write a section:"""

CORRELATED = """\
Correlations that no numbers can have together - A with B and B with C closely, A with C the other way round - are
refused, with the pairs that clash and the nearest set that can be. `repair: nearest` takes that set and says in a
warning what moved. How a correlation becomes draws is in [sampling.md](sampling.md#numbers-that-move-together)."""

NEEDED = """\
## What needs what

A number with nothing to act on is refused, so that it cannot be zero in silence."""

DISTRIBUTIONS = """\
## Distributions

Fields are written as the number itself would be: `5%` in a rate, `$20k` in an amount. The examples below are rates,
those of whole numbers counts; behind each stand the mean and the percentiles that it implies."""

EXTENDS = """\
## `extends`

`extends: base.yaml` at the top of a file starts from another one and says only what differs.

- Mappings are merged key by key, to any depth. Any other value replaces the one below it, lists included.
- A mapping with `dist`, `value`, `from` or `prior` replaces what it covers as a whole. One without changes single
  fields: `adoption: {high: 90%}` keeps the family, `low` and `mode` of the base.
- An empty entry removes a key: `Contoso CRM:` with nothing behind it drops that vendor.
- The base must lie in the folder of the file that is run, or below it. It may extend another one, up to ten in a row.
- The merged file is checked as a whole; an error names the file and the line it stands in. An editor sees one file at
  a time and may mark as missing what the base has."""

EXAMPLE = """\
## A complete example

This passes `sim check` as it is."""


def reference_text() -> str:
    """Give the page."""
    schema = scenario_schema()
    definitions = schema["$defs"]
    offer = {key: _target(definitions["Offer"]["properties"][key]) for key in OFFER}
    families = [_target(each) for each in definitions["distribution"]["oneOf"]]
    kept = definitions["RetainedShape"]
    parts = [
        *(START, NUMBERS, _written(), NUMBER_RULES),
        _section("## The file", schema, "ScenarioFile", definitions),
        _section("## `company`", definitions["Company"], "Company", definitions),
        *(INPUTS, OFFERS),
        *(_section(f"### `{key}`", definitions[name], name, definitions) for key, name in offer.items()),
        _section("### `features` and `feature_effects`", definitions["Features"], "Features", definitions),
        FEATURES,
        FIT,
        _section("### `events`", definitions["EventShape"], "EventShape", definitions),
        EVENTS,
        _section("### `lines`", definitions["LineShape"], "LineShape", definitions),
        LINES,
        _section("### `rows`", definitions["RowShape"], "RowShape", definitions),
        ROWS,
        RETAINED,
        _listed(kept["description"], kept, "RetainedShape", definitions),
        _section("## `tax`", definitions["TaxShape"], "TaxShape", definitions),
        _section("## `targets`", definitions["Targets"], "Targets", definitions),
        _section("## `decision`", definitions["DecisionShape"], "DecisionShape", definitions),
        f"{KEY_FIGURES}\n\n{_key_figures()}",
        _listed(CORRELATIONS, definitions["Correlations"], "Correlations", definitions),
        _section("### A pair", definitions["Pair"], "Pair", definitions),
        _section("### `matrix`", definitions["Matrix"], "Matrix", definitions),
        CORRELATED,
        *(NEEDED, _needed(), DISTRIBUTIONS),
        *(_family(definitions[name]) for name in families),
        _column(definitions["FromData"]),
        *(EXTENDS, EXAMPLE, f"```yaml\n{SCENARIO}```"),
    ]
    return "\n\n".join(parts) + "\n"


def _column(definition: Mapping[str, Any]) -> str:
    """Give the section on columns of data."""
    rows = [
        [f"`{key}`", "yes" if key == "from" else "", field["description"]]
        for key, field in definition["properties"].items()
        if key not in ("source", "note")
    ]
    table = _table(["Key", "Required", "Meaning"], rows)
    about = "Where a distribution may stand, a column of a table may stand: [your own data](data.md)."
    return f"## `from`\n\n{definition['description']} {about}\n\n{table}"


def _target(reference: Mapping[str, Any]) -> str:
    """Give the name of the definition that a reference points to."""
    return str(reference["$ref"].rpartition("/")[2])


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', BAR) for cell in line)} |" for line in lines)


def _section(heading: str, definition: Mapping[str, Any], shape: str, definitions: Mapping[str, Any]) -> str:
    """Give a section of the file: what it is, and its keys."""
    return _listed(f"{heading}\n\n{definition['description']}", definition, shape, definitions)


def _listed(about: str, definition: Mapping[str, Any], shape: str, definitions: Mapping[str, Any]) -> str:
    """Give the keys of a section below what is said about it."""
    required = definition.get("required", [])
    rows = [
        [f"`{key}`", _takes(wanted, shape, key, definitions), "yes" if key in required else "", wanted["description"]]
        for key, wanted in definition["properties"].items()
        if key not in ("source", "note")
    ]
    return f"{about}\n\n{_table(['Key', 'Takes', 'Required', 'Meaning'], rows)}"


def _takes(wanted: Mapping[str, Any], shape: str, key: str, definitions: Mapping[str, Any]) -> str:
    """Say what a key takes, with its bounds."""
    home = next(module for module in (sections, shapes, row_shapes, correlations) if hasattr(module, shape))
    expects = leaf.expects_of(getattr(home, shape), key)
    if expects is None:
        return _certain(wanted, definitions)
    several = " or a list of them" if any("items" in choice for choice in wanted.get("anyOf", [])) else ""
    return ", ".join(part for part in (expects.kind.name.lower() + several, _bounds(expects)) if part)


def _bounds(expects: leaf.Expects) -> str:
    low, high = (
        None if bound is None else f"{bound:.0%}" if expects.kind is Kind.RATE else f"{bound:g}"
        for bound in (expects.low, expects.high)
    )
    if low is None or high is None:
        return "" if low is None else f"at least {low}"
    return f"{low} to {high}"


def _certain(wanted: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """Say what a key takes that cannot be uncertain."""
    choice = next(choice for choice in wanted.get("anyOf", [wanted]) if choice.get("type") != "null")
    found = definitions[_target(choice)] if "$ref" in choice else choice
    if "enum" in found:
        return ", ".join(f"`{option}`" for option in found["enum"])
    if "anyOf" in found:
        number = found["anyOf"][0]
        bounds = f", {number['minimum']} to {number['maximum']}" if "minimum" in number else ""
        return f"{found['description'].removeprefix('A ').rstrip('.')}{bounds}"
    words = {"boolean": "`true` or `false`", "string": "text", "object": "entries by name", "array": "a list"}
    if "const" in found:
        return f"`{found['const']}`"
    if found["type"] == "number":
        return f"{found['minimum']} to {found['maximum']}" if "minimum" in found else "a number"
    return "a section" if "properties" in found else words[found["type"]]


def _written() -> str:
    """Give the table of texts and what they are read as."""
    rows = []
    for kind, texts in WRITTEN.items():
        read = [f"{read_number(text, Reading('USD', kind)):.12g}" for text in texts]
        shown = [
            f"`{text}`" if text == value else f"`{text}` = {value}" for text, value in zip(texts, read, strict=True)
        ]
        rows.append([kind.name.lower(), ", ".join(shown)])
    return _table(["Kind", "Written"], rows)


def _key_figures() -> str:
    """Give the table of key figures."""
    rows = [
        [f"`{name}`", kpi.unit.name.lower(), f"{kpi.title}; needs {', '.join(f'`{need}`' for need in kpi.needs)}"]
        for name, kpi in KPIS.items()
    ]
    rows += [
        [f"`{name}`", noted.unit.name.lower(), f"{noted.title}; recorded, not valued: {noted.why}"]
        for name, noted in RECORDED.items()
    ]
    return _table(["Key", "Takes", "Meaning"], rows)


def _needed() -> str:
    """Give the table of numbers that need others."""
    rows = []
    for path, needs in needs_of(Offer):
        all_of = [_fact(fact) for fact in needs.facts] + ([f"`{needs.partner}`"] if needs.partner else [])
        needed = ", ".join(all_of) or " or ".join(f"`{one}`" for one in needs.one_of)
        if rows and rows[-1][0] == f"`{path}`":
            rows[-1][1] += f", {needed}"
        else:
            rows.append([f"`{path}`", needed])
    return _table(["Key", "Needs"], rows)


def _fact(name: str) -> str:
    """Give a company fact, and what may stand for it."""
    return f"`company.{name}`" + (f" (or `{INSTEAD[name]}`)" if name in INSTEAD else "")


def _family(definition: Mapping[str, Any]) -> str:
    """Give a distribution: what it is, its fields, and what an example of it implies."""
    fields = {key: field for key, field in definition["properties"].items() if key not in ("source", "note", "dist")}
    required = definition.get("required", [])
    rows = [
        [f"`{key}`", "yes" if key in required else "", field.get("description", PARAMETERS.get(key, ""))]
        for key, field in fields.items()
    ]
    dist = definition["properties"]["dist"]["const"]
    table = _table(["Field", "Required", "Meaning"], rows)
    return f"### `{dist}`\n\n{definition['description']}\n\n{table}\n\n{_implied(dist)}"


def _implied(dist: str) -> str:
    family = family_named(dist)
    if family is None:
        raise ValueError(f"no distribution is called {dist}")
    kind = Kind.COUNT if issubclass(family, Counts) else Kind.RATE
    law = family.model_validate(yaml.safe_load(EXAMPLES[dist]), context=Reading("USD", kind))
    names = ("P10", "P50", "P90")
    values = law.ppf(np.array([0.1, 0.5, 0.9]))
    shown = [f"{name} {input_value(float(x), kind, 'USD')}" for name, x in zip(names, values, strict=True)]
    return f"`{EXAMPLES[dist]}`: mean {input_value(law.mean, kind, 'USD')}, {', '.join(shown)}."


if __name__ == "__main__":
    PAGE.write_text(reference_text(), encoding="utf-8")
