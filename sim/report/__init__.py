"""What people read: tables and charts, and the formats that carry them."""
