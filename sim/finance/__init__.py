"""Cash flows by month, and the metrics that finance makes of them."""
