"""What a file says of the decision, held against the rest of it."""

from sim.errors import Problem
from sim.scenario.shapes.file import ScenarioFile
from sim.scenario.tree import Node


def check_decision(file: ScenarioFile, tree: Node, problems: list[Problem]) -> None:
    """Report a decision without the option of buying nothing and no reason for that, names given twice, and amounts."""
    decision = file.decision
    if decision.must_buy and decision.reason is None:
        wrong = "leaves out an option and does not say why (add reason: such as a contract that ends)"
        problems.append(tree.problem(("decision", "nothing"), wrong))
    if decision.reason is not None and not decision.must_buy:
        wrong = "says why a CRM has to be bought, which needs `nothing: none` (leave the reason out, or say so)"
        problems.append(tree.problem(("decision", "reason"), wrong))
    if decision.risk_tolerance is not None and decision.risk_tolerance <= 0:
        wrong = "a risk tolerance is above zero (an amount of which a fair bet is just worth taking, such as 200k)"
        problems.append(tree.problem(("decision", "risk_tolerance"), wrong))
    if decision.option in file.vendors:
        where = ("decision", "nothing") if decision.nothing else ("vendors", str(decision.option))
        wrong = f"a vendor and buying nothing are both called '{decision.option}' (name one of them differently)"
        problems.append(tree.problem(where, wrong))
