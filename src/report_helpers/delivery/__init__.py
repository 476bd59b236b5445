"""Delivery: the right report, once, on time, by mail, and the truth when it cannot."""
