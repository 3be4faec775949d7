"""What people read instead of a number's place in the file: in a planner's words, with its unit."""

WORDS = {
    "company.users": "users",
    "company.hourly_cost": "cost of a user's hour",
    "company.monthly_cost": "cost of a user's month",
    "company.turnover": "users who leave a year",
    "company.leads_per_month": "leads a month",
    "company.conversion_rate": "conversion of leads",
    "company.conversion_cap": "most conversion of leads",
    "company.deal_value": "revenue of a deal",
    "company.gross_margin": "gross margin",
    "company.customers": "customers",
    "company.revenue_per_customer": "yearly revenue of a customer",
    "company.churn": "customers lost a year",
    "company.recurring_share": "deals that become customers",
    "company.growth": "growth of leads a year",
    "company.sales_cycle_months": "months of a sales cycle",
    "company.win_capacity": "most deals won a month",
    "company.tickets_per_month": "support tickets a month",
    "company.cost_per_ticket": "cost of a ticket",
    "company.hours_per_ticket": "hours a ticket",
    "company.agent_hourly_cost": "cost of an agent's hour",
    "company.marketing_per_month": "marketing a month",
    "company.yearly_revenue": "revenue a year",
    "company.cost_of_capital": "cost of capital a year",
    "company.errors_per_month": "errors a month",
    "company.cost_per_error": "cost of an error",
    "company.process_cost_per_month": "cost of processes a month",
    "company.consultants": "consultants",
    "company.billing_rate": "rate billed an hour",
    "company.quotes_per_month": "quotes a month",
    "company.misplanning_per_month": "cost of misplanning a month",
    "company.sales_reps": "sellers",
    "company.sales_cost_per_month": "cost of sales a month",
    "company.overhead_per_month": "overhead a month",
    "company.calls_per_lead": "calls a lead",
    "company.opportunity_share": "leads that become opportunities",
    "company.support_agents": "support agents",
    "company.interactions_per_day": "customer contacts an agent and day",
    "effects.attribution": "share that is the CRM's doing",
    "effects.leads": "rise in leads",
    "effects.conversion": "rise in conversion",
    "effects.deal_value": "rise in revenue of a deal",
    "effects.churn_reduction": "fall in customers lost",
    "effects.retention_points": "rise in retention, points",
    "effects.retention_lift": "rise in retention",
    "effects.cross_sell": "rise in cross-selling",
    "effects.margin_points": "rise in gross margin, points",
    "effects.cycle_cut": "fall in the sales cycle",
    "effects.hours_saved": "hours saved a user and week",
    "effects.hours_saved_a_tool": "hours saved a connected tool",
    "effects.hours_entry": "hours of entry a user and week",
    "effects.time_realised": "freed time that becomes work",
    "effects.sales_lag_months": "months until sales rise",
    "effects.retention_lag_months": "months until retention rises",
    "effects.tickets_deflected": "tickets that do not come",
    "effects.ticket_handling_cut": "fall in handling of a ticket",
    "effects.cost_per_lead_cut": "fall in cost of a lead",
    "effects.order_to_cash_days": "days that bills are paid sooner",
    "effects.error_reduction": "fall in errors",
    "effects.process_cost_cut": "fall in cost of processes",
    "effects.billed_hours": "hours billed more a consultant and week",
    "effects.hours_per_quote": "hours saved a quote",
    "effects.commission_hours": "hours saved on commissions a month",
    "effects.misplanning_cut": "fall in misplanning",
    "effects.time_to_selling": "freed time that goes into selling",
    "effects.ramp_months_saved": "months that newcomers learn faster",
    "rollout.plan_months": "months to go-live, planned",
    "rollout.delay_months": "months that go-live is late",
    "rollout.adoption": "adoption",
    "rollout.ramp_months": "months until use settles",
    "rollout.decay": "adoption lost a year",
    "response.training_share": "adoption that hangs on training",
    "response.training_hours": "training hours that bring most",
    "response.usual_hours": "hours of training that adoption is stated for",
    "response.upkeep_share": "decay that refreshers prevent",
    "response.upkeep_hours": "refresher hours that prevent most",
    "response.change_share": "settling time that change management saves",
    "response.change_hours": "change hours that save most",
    "licence.list_price": "list price of a seat and month",
    "licence.platform_fee": "platform fee a month",
    "licence.seats": "seats",
    "licence.minimum_seats": "least seats",
    "licence.discount": "discount on the list price",
    "licence.uplift": "price rise at renewal",
    "licence.add_ons": "add-ons, share of the licence",
    "licence.add_on_price": "add-ons a seat and month",
    "licence.usage_per_user": "usage a user and month",
    "implementation.quote": "quote for implementation",
    "implementation.quote_to_licence": "implementation by yearly licence",
    "implementation.overrun": "overrun, times the quote",
    "implementation.team_fte": "own team, full-time people",
    "implementation.migration": "cost of migration",
    "implementation.erp_integration": "cost of ERP integration",
    "implementation.psa_integration": "cost of PSA integration",
    "implementation.third_party_integrations": "third-party integrations",
    "implementation.third_party_cost": "cost of a third-party integration",
    "implementation.integration_upkeep": "upkeep of integrations a year",
    "implementation.change_management": "cost of change management",
    "training.cash_per_user": "cost of training a user",
    "training.hours_per_user": "hours of training a user",
    "training.refresh": "training repeated a year",
    "training.dip": "output lost while users learn",
    "training.dip_months": "months of lost output",
    "administration.users_per_admin": "users an administrator",
    "administration.admin_cost": "yearly cost of an administrator",
    "administration.cost_per_month": "running cost a month",
    "administration.data_upkeep_hours": "data upkeep hours a user and year",
    "administration.change_requests": "change requests a year, of the quote",
    "legacy.cost_per_month": "old tools a month",
    "legacy.overlap_months": "months of both tools",
    "legacy.parallel_cost_per_month": "cost of running both a month",
    "exit.cost": "cost of leaving",
    "tax.rate": "tax rate",
    "fit": "fit here, times what it brings",
    "discount_rate": "discount rate a year",
    "finance_rate": "rate of finance a year",
    "reinvestment_rate": "rate of reinvestment a year",
    "inflation": "inflation a year",
}
"""By the place inside an offer or the file."""

OF_EVENTS = {
    "probability": "probability",
    "yearly_probability": "probability a year",
    "when": "month",
    "lasts": "months it lasts",
    "delay_months": "months of delay",
    "adoption": "adoption after it",
    "benefits": "benefits after it",
    "costs": "costs after it",
    "price": "price after it",
    "cost": "cost",
    "cancelled_after": "share of the project by then",
}
"""What an event does, behind its name."""


def in_words(steps: tuple[object, ...]) -> str:
    """Give what people read for a place inside an offer.

    Example:
        >>> in_words(("effects", "hours_saved")), in_words(("conversion_lift",)), in_words(("events", "Delay", "when"))
        ('hours saved a user and week', 'conversion lift', 'Delay: month')
    """
    place = ".".join(map(str, steps))
    if place in WORDS:
        return WORDS[place]
    if steps[0] == "events" and len(steps) > 1:
        inside = [OF_EVENTS.get(str(step), str(step)) for step in steps[2:]]
        return ": ".join([str(steps[1]), *inside])
    if steps[0] == "lines" and len(steps) > 1:
        return ", ".join([str(steps[1]), *(_spaced(step) for step in steps[2:])])
    above, last = ".".join(map(str, steps[:-1])), steps[-1]
    if above in WORDS and isinstance(last, int):  # one of several, such as discounts
        return f"{WORDS[above]}, number {last + 1}"
    return ", ".join(_spaced(step) for step in steps)


def _spaced(step: object) -> str:
    return str(step).replace("_", " ")
