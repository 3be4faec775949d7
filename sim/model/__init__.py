"""A CRM in a company: what a vendor costs and brings, by month and future."""
