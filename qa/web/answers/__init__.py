"""What the API answers with: a module for each ``qa.web.api_*``, and ``boards`` for both boards.

These models describe; services build the answers.
"""
