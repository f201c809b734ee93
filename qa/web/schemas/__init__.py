"""What clients may send: one model per body or query, strict, with nothing extra.

There is a module for each ``qa.web.api_*``, and ``sockets``, ``record`` for the other doors.
Lengths of texts are only hinted at here. ``qa.domain.text`` counts them as readers do and owns the
limits, so that every door refuses the same text with the same sentence.
"""
