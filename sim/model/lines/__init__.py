"""Every benefit and cost of a CRM, a class a line: fields, and the flows they make in a world."""
