"""A small scenario of two offers and one uncertain input."""

SMALL = """\
name: Small
currency: EUR
months: 12
discount_rate: 10%
company: {users: 5, customers: 100, revenue_per_customer: 900, gross_margin: 50%, churn: 20%}
inputs:
  lift: {dist: uniform, low: 0%, high: 20%}
common: {effects: {cross_sell: lift}}
vendors:
  A: {licence: {list_price: €5}}
  B: {licence: {list_price: €9}}
targets: {payback: 12, roi: 50%}
"""
