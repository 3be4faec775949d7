"""Every sentence of the advice, in one place: another language is another such table.

Braces are references into tables of the decision, put in by name; nothing here is a number of a result. What is said
when, is decided in `advice`.
"""

ENGLISH = {
    # what to do
    "take": "Take {best}: of all options it has the highest mean NPV, {mean}.",
    "nothing": (
        "Take none of the offers ({best}): none has a mean NPV above zero; {second} comes nearest with {second_mean}."
    ),
    "must": "{best} has the highest mean NPV of the offers, {mean}. Buying nothing is no option here.",
    "tie": "{best} and {second} are a tie: their mean NPVs, {mean} and {second_mean}, are too close to call.",
    "tie_nothing": ("Buying {best} and buying nothing are a tie: its mean NPV of {mean} is too close to zero to call."),
    "only": "{best} is the only option.",
    # how sure, against whom, by how much
    "ahead": "It is ahead of {other} in {beats} of the futures, by {gap} on average",
    "ahead_tie": "{first} is ahead of {other} in {beats} of the futures, by {gap} on average",
    "ahead_nothing": "ahead of buying nothing in {beats} of them, by {gap} on average",
    "ahead_only": "It is ahead of buying nothing in {beats} of the futures, by {gap} on average",
    "range": (
        "In eight of ten futures {offer} has an NPV of {low} to {high}; it loses money in {p_loss} of the futures, and"
        " the worst 5% average {worst}."
    ),
    "certain": "Nothing about it is uncertain here.",
    # by what is counted
    "views": (
        "Its NPV is above zero in {everything} of the futures with everything counted, in {money} with money only, and"
        " in {hard} if time spent counts and time freed does not."
    ),
    "views_money": (
        "Its NPV is above zero in {everything} of the futures with everything counted, and in {money} with money only."
    ),
    "views_warning": "So whether it pays hangs on what staff time is worth.",
    # what it hangs on
    "drivers": "Whether it is {best} or {other} hangs most on {first} ({first_share} of the spread of the gap){more}.",
    "drivers_nothing": (
        "Whether {offer} is better than buying nothing hangs most on {first} ({first_share} of the spread){more}."
    ),
    "drivers_own": "Its NPV hangs most on {first} ({first_share} of the spread){more}.",
    "drivers_more": ", then on {name} ({share})",
    # what would change it
    "catch_up": "{other} would be level if its use brought {factor} more than stated",
    "catch_up_adoption": ", or with {adoption} points more adoption",
    "catch_up_hours": ", or with {hours} more hours saved a user and week",
    "doubt": (
        "If how well each CRM works here is known to ±{doubt} only, it is the best in {p_best} of the futures, and not"
        " knowing costs {regret} on average."
    ),
    "tolerance": "For who dislikes risk, {below} is worth most below a risk tolerance of {tolerance}.",
    "knowledge": "Finding out more before the choice is worth {worth} at most.",
    "knowledge_none": "Nothing that could be found out before would change the choice.",
}
"""Sentences, and parts of sentences, by name."""
