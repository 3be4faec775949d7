"""Mutants of a scenario file: its tree with something taken out, put in, renamed or exchanged, or its text damaged.

Mutants are made of a seed and a number alone, so that one that breaks something can be made again.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import yaml

Tree = dict[str, Any]
Holder = dict[Any, Any] | list[Any]

NUMBERS = (
    *("0", "-1", "1", "0%", "100%", "-0.0", "1e-300", "1e160", "1e300", "-1e18", ".inf", ".nan", "1_000", "0x10"),
    *(
        "12,5",
        "1.850",
        "1,850",
        "1.234.567",
        "1,234.50",
        "(75)",
        "75-",
        "−75",
        "$18k",
        "€18.000",
        "18000 XYZ",
        "Rp 5000",
    ),
    *("600 months", "3 years", "168 h", "1.2M", "12%%", "--5", "9" * 400, "5%..10%", "1 to 5"),
)
TEXTS = (
    *("", " ", "~", "true", "no", "adoption", "churn", "Vtiger", "=1+1", "x;=1+1;y", "<script>alert(1)</script>"),
    *(
        "[c](javascript:alert(1))",
        "a|b",
        "a\nb",
        "\x1b[2J",
        "\u202eabc",
        "é" * 300,
        "$x^2$",
        "[red]",
        "../../etc/passwd",
    ),
    *(
        "history.csv#conversion",
        "history.csv#nothing",
        "gone.csv#x",
        "/dev/zero",
        "!!python/object:os.system",
        "*a",
        "&a",
    ),
)
LAWS: tuple[Any, ...] = (
    *({"dist": "lognormal", "median": "5", "sigma": sigma} for sigma in ("0.5", "20", "1e9")),
    {"dist": "normal", "mean": "0", "sd": "1e18"},
    {"dist": "pareto", "low": "1", "alpha": "1.01"},
    {"dist": "student_t", "df": "1.1", "location": "0", "scale": "1e6"},
    {"dist": "beta", "a": "0.001", "b": "1000"},
    {"dist": "bernoulli", "p": "0"},
    {"dist": "poisson", "mean": "1e8"},
    {"dist": "binomial", "n": "1000000", "p": "0.5"},
    {"dist": "discrete", "values": ["0", "1"], "probabilities": ["1", "0"]},
    {"dist": "empirical", "values": ["1", "1", "2"], "method": "smoothed"},
    {"dist": "histogram", "edges": ["0", "1", "2"], "weights": ["0", "1"]},
    {"p10": "1", "p50": "2", "p90": "1e18"},
    {"dist": "gama", "shape": "2"},
    {"dist": "triangular", "low": "3", "mode": "2", "high": "1"},
)
KEYS = (
    "dist",
    "value",
    "source",
    "from",
    "prior",
    "low",
    "high",
    "users",
    "<<",
    "extends",
    "p10",
    "of",
    "per",
    "notes",
)


def mutant(text: str, seed: int, number: int) -> str:
    """Give a mutant of a scenario's text."""
    rng = random.Random(f"{seed}/{number}")
    if rng.random() < 0.15:
        return _damaged(text, rng)
    tree = yaml.load(text, Loader=yaml.BaseLoader)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        rng.choice(_CHANGES)(tree, rng)
    written = yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return _damaged(written, rng) if rng.random() < 0.02 else written


class _Dumper(yaml.SafeDumper):
    """Writes every text plainly where it may stand so, as a planner would, and without aliases."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]  # an instance variable in the stubs

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - none at all
        return True


def _damaged(text: str, rng: random.Random) -> str:
    """Cut, double, exchange or change some characters."""
    for _ in range(rng.choice((1, 1, 3, 10))):
        at, size = rng.randrange(len(text)), rng.choice((1, 1, 2, 20, 200))
        there = text[at : at + size]
        new = rng.choice(
            ("", there * 2, there[::-1], rng.choice("\t:{}[]'\"#&*!|>%@,-\x00\x7f\u2028é"), rng.choice(NUMBERS))
        )
        text = text[:at] + new + text[at + size :]
    return text


def _holders(value: Any) -> Iterator[tuple[Holder, Any]]:
    """Give every place in a tree: what holds it, and its key or index."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _holders(value[key])


def _anywhere(tree: Tree, rng: random.Random) -> tuple[Holder, Any]:
    return rng.choice(list(_holders(tree)) or [(tree, "name")])


def _replace(tree: Tree, rng: random.Random) -> None:
    holder, key = _anywhere(tree, rng)
    holder[key] = _copy(rng.choice((rng.choice(NUMBERS), rng.choice(TEXTS), _law(rng, 0), [], {}, None)))


def _replace_number(tree: Tree, rng: random.Random) -> None:
    places = [(h, k) for h, k in _holders(tree) if isinstance(h[k], str) and any(c.isdigit() for c in h[k])]
    holder, key = rng.choice(places or [(tree, "months")])
    holder[key] = _copy(rng.choice((rng.choice(NUMBERS), _law(rng, 0))))


def _law(rng: random.Random, depth: int) -> Any:
    """Give a law, often inside others."""
    inner: Any = rng.choice((rng.choice(LAWS), rng.choice(NUMBERS[:7])))
    if depth > 3 or rng.random() < 0.4:
        return rng.choice(LAWS) if depth == 0 else inner
    of, other = _law(rng, depth + 1), _law(rng, depth + 1)
    weight = rng.choice(("0", "0.3", "1"))
    number = rng.choice(
        ("0", "1", "3", {"dist": "poisson", "mean": "2"}, {"dist": "binomial", "n": "1000000", "p": "0.5"})
    )
    return rng.choice(
        (
            {
                "dist": "mixture",
                "parts": [{"weight": weight, "of": of}, {"weight": str(1 - float(weight)), "of": other}],
            },
            {"dist": "truncated", "of": of, rng.choice(("low", "high")): rng.choice(NUMBERS[:6])},
            {"dist": "shifted", "of": of, "by": rng.choice(NUMBERS[:10])},
            {"dist": rng.choice(("maximum", "minimum")), "of": of, "copies": rng.choice(("1", "30", "1000000"))},
            {"dist": "event", "p": rng.choice(("0", "0.1", "1")), "size": of},
            {"dist": "events", "number": number, "size": of, "sizes": rng.choice(("own", "same"))},
        )
    )


def _drop(tree: Tree, rng: random.Random) -> None:
    holder, key = _anywhere(tree, rng)
    if isinstance(holder, dict):
        holder.pop(key, None)
    elif holder:
        holder.pop(key)


def _rename(tree: Tree, rng: random.Random) -> None:
    holder, key = _anywhere(tree, rng)
    if isinstance(holder, dict) and key in holder:
        new = rng.choice((rng.choice(KEYS), str(key)[:-1], f"{key}x", rng.choice(TEXTS)))
        items = [(new if k == key else k, v) for k, v in holder.items()]
        holder.clear()
        holder.update(items)


def _add(tree: Tree, rng: random.Random) -> None:
    holder, _ = _anywhere(tree, rng)
    if isinstance(holder, dict):
        added = rng.choice((rng.choice(NUMBERS), rng.choice(TEXTS), _law(rng, 0)))
        holder[rng.choice((*KEYS, *TEXTS[:8]))] = _copy(added)
    else:
        holder.append(rng.choice((rng.choice(NUMBERS), rng.choice(TEXTS))))


def _exchange(tree: Tree, rng: random.Random) -> None:
    (a, i), (b, j) = _anywhere(tree, rng), _anywhere(tree, rng)
    one, other = _copy(a[i]), _copy(b[j])
    a[i], b[j] = other, one


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


_CHANGES: tuple[Callable[[Tree, random.Random], None], ...] = (
    *(_replace, _replace, _replace_number, _replace_number, _replace_number),
    *(_drop, _rename, _add, _exchange),
)
