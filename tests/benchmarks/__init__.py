"""Measurements for ``make bench``.  They assert nothing: a slow machine is no failing test."""
