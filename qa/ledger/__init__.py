"""The ledger floor: Merkle trees, signed notes and leaves, as pure functions over bytes.

Nothing here reads a clock, a file, a database or the network, so whoever wants to check a record
needs no more than this floor. ``merkle`` hashes and proves; ``note``, ``checkpoint`` and
``promise`` are what is signed, in values of one ``spelling``; ``tiles`` is how a log is served;
``entry`` is what a leaf says, made of the field ``forms``; ``proof``, ``cosignature``,
``submission``, ``witness_policy`` and ``words`` are what people and witnesses hold against it;
``bundle`` and ``checks`` are a whole record handed out, and what is checked of it.
"""
