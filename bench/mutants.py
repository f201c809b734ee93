"""Runs the mutants that mutmut made, each in a fork of one process that has collected the tests.

    mutmut run 'qa.ledger.spelling.*'     makes the mutants, and learns which test covers what
    python -m bench.mutants qa.ledger.note qa.ledger.proof …

mutmut itself collects the tests anew for each mutant, which takes most of its time here. A mutant
of a module is tried with the tests that reach the changed function: those of the module's own file
(tests/ledger/test_<module>.py) if there are any, otherwise the quickest, as many as fit in twenty
seconds; those that take longer than five are left out. What runs while modules are imported is
tried in a process of its own, with the tests of what is made of it. Before its mutants, a module's
tests run once without any, in a fork too, and have to pass. What survives is listed, and kept in
mutants/results.json. A minute per mutant is enough; then it and its children are killed.
See docs/mutation.md.
"""

import gc
import json
import os
import resource
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.utils.format_utils import mangled_name_from_mutant_name

PATIENCE_S, SLOW_S, TOGETHER_S, SAVE_EVERY = 60, 5, 20, 10
AFRESH = {
    "qa.ledger.forms.": ("tests/ledger/test_entry.py", "tests/ledger/test_glance.py"),
    "qa.ledger.glance.": ("tests/ledger/test_glance.py",),
    "qa.ledger.ed25519.x__base": ("tests/ledger/test_ed25519.py",),
}
GOLDEN = "tests/services/test_report_golden.py"
SENTENCES = "tests/verify/test_sentences.py"
ALSO = {
    "qa.ledger.numbers": GOLDEN,
    "qa.ledger.facts": GOLDEN,
    "qa.ledger.checks_log": SENTENCES,
    "qa.ledger.checks_registry": SENTENCES,
    "qa.ledger.checks_report": "tests/verify/test_reports.py",
    "qa.ledger.checks_story": SENTENCES,
}
"""Tests of what people read, by module: counts made by hand, and sentences word for word."""

RESULTS = Path("results.json")
ARGUMENTS = (
    *("--rootdir=.", "-q", "-s", "-p", "no:cacheprovider", "-k", "not postgresql"),
    "tests/ledger",
    "tests/verify",
    GOLDEN,
)


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
            tests = {name: self.tests_of(name, module, items) for name in names}
            every = {test.nodeid: test for each in tests.values() for test in each}
            if outcome("", list(every.values())) != "survived":
                print(module, "not run: its tests fail without a mutant", file=sys.stderr)
                continue
            for count, name in enumerate(names):
                if self.done.get(name) != "killed":
                    files = [AFRESH[start] for start in AFRESH if name.startswith(start)]
                    self.done[name] = (
                        afresh(name, files[0]) if files else outcome(name, tests[name])
                    )
                if count % SAVE_EVERY == 0:
                    self.save()
            self.tell(module, names)
        return True

    def tell(self, module, names):
        self.save()
        found = Counter(self.done[name] for name in names)
        print(module, dict(found), file=sys.stderr)
        print(*(name for name in names if self.done[name] != "killed"), sep="\n", file=sys.stderr)

    def save(self):
        RESULTS.write_text(json.dumps(self.done, indent=1))

    def mutants_of(self, module):
        meta = Path(*module.split(".")).with_suffix(".py.meta")
        return list(json.loads(meta.read_text())["exit_code_by_key"])

    def tests_of(self, name, module, items):
        took = self.stats["duration_by_test"]
        covering = self.stats["tests_by_mangled_function_name"]
        tests = covering.get(mangled_name_from_mutant_name(name), [])
        own = f"/test_{module.rpartition('.')[2]}.py"
        quick = [test for test in tests if test in items and took[test] < SLOW_S]
        quick.sort(key=took.__getitem__)
        chosen = [test for test in items if own in test]
        if not chosen:
            spent = accumulate(took[test] for test in quick)
            chosen = [test for test, s in zip(quick, spent, strict=True) if s < TOGETHER_S]
        chosen += [test for test in items if test.startswith(ALSO.get(module, "none"))]
        return [items[test] for test in dict.fromkeys(chosen)]


def outcome(name, tests):
    """Return what becomes of a mutant: killed by a failing test, timeout, or survived."""
    pid = os.fork()
    if pid == 0:
        os._exit(any_fails(name, tests))
    status = os.waitpid(pid, 0)[1]
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    if os.WIFSIGNALED(status):
        return "timeout"
    return "killed" if os.WEXITSTATUS(status) else "survived"


def afresh(name, files):
    environ = {**os.environ, "MUTANT_UNDER_TEST": name}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files]
    try:
        done = subprocess.run(
            command, check=False, env=environ, capture_output=True, timeout=PATIENCE_S
        )
    except subprocess.TimeoutExpired:
        return "timeout"
    return "killed" if done.returncode else "survived"


def any_fails(name, tests):
    os.setsid()
    if name:
        signal.alarm(PATIENCE_S)
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE_S, PATIENCE_S))
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
