"""Plots: pure functions from plain numbers to a ``Drawing``, which a template writes as SVG."""
