"""Runs the mutants that mutmut made, each in a fork of one process that has collected the tests.

    mutmut run 'qa.ledger.spelling.*'     makes the mutants, and learns which test covers what
    python -m bench.mutants qa.ledger.note qa.ledger.proof …

mutmut itself collects the tests anew for each mutant, which takes most of its time here. A mutant
of a module is tried with the tests of that module alone (tests/ledger/test_<module>.py), those that
take longer than five seconds left out; what survives is listed, and kept in mutants/results.json.
See docs/mutation.md.
"""

import gc
import json
import os
import resource
import sys
from collections import Counter
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.utils.format_utils import mangled_name_from_mutant_name

CPU_S, SLOW_S, SAVE_EVERY = 60, 5, 10
RESULTS = Path("results.json")
ARGUMENTS = ("--rootdir=.", "-q", "-s", "-p", "no:cacheprovider", "tests/ledger", "tests/verify")


class Mutants:
    """Takes the place of pytest's own loop over the tests."""

    def __init__(self, modules):
        self.modules = modules
        self.stats = json.loads(Path("mutmut-stats.json").read_text())
        self.done = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}

    def pytest_runtestloop(self, session):
        set_mutant_under_test("")
        gc.freeze()
        items = {item.nodeid: item for item in session.items}
        for module in self.modules:
            names = self.mutants_of(module)
            for count, name in enumerate(names):
                if self.done.get(name) != "killed":
                    self.done[name] = outcome(name, self.tests_of(name, module, items))
                if count % SAVE_EVERY == 0 or name == names[-1]:
                    RESULTS.write_text(json.dumps(self.done, indent=1))
            found = Counter(self.done[name] for name in names)
            print(module, dict(found), file=sys.stderr)
            print(
                *(name for name in names if self.done[name] != "killed"), sep="\n", file=sys.stderr
            )
        return True

    def mutants_of(self, module):
        meta = Path(*module.split(".")).with_suffix(".py.meta")
        return list(json.loads(meta.read_text())["exit_code_by_key"])

    def tests_of(self, name, module, items):
        took = self.stats["duration_by_test"]
        covering = self.stats["tests_by_mangled_function_name"]
        tests = covering.get(mangled_name_from_mutant_name(name), [])
        own = f"/test_{module.rpartition('.')[2]}"
        chosen = [test for test in tests if own in test and test in items and took[test] < SLOW_S]
        return [items[test] for test in sorted(chosen, key=took.__getitem__)]


def outcome(name, tests):
    """Return what becomes of a mutant: killed by a failing test, timeout, or survived."""
    pid = os.fork()
    if pid == 0:
        os._exit(any_fails(name, tests))
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        return "timeout"
    return "killed" if os.WEXITSTATUS(status) else "survived"


def any_fails(name, tests):
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 5))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    set_mutant_under_test(name)
    for test, after in zip(tests, [*tests[1:], None], strict=True):
        if any(report.failed for report in runtestprotocol(test, log=False, nextitem=after)):
            return 1
    return 0


if __name__ == "__main__":
    os.chdir("mutants")
    sys.path.insert(0, ".")
    sys.exit(pytest.main([*ARGUMENTS], plugins=[Mutants(sys.argv[1:])]))
