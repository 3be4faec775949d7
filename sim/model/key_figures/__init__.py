"""Key figures before and after: a year of the company without the CRM and with it, in the same futures."""
