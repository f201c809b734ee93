"""Runs the mutants that mutmut made, each in a fork of one process that has collected the tests.

    mutmut run 'qa.ledger.spelling.*'     makes the mutants, and learns which test covers what
    python -m bench.mutants qa.ledger.note qa.ledger.proof …

mutmut itself collects the tests anew for each mutant, which takes most of its time here. A mutant
is tried with the tests of its module's own file (tests/ledger/test_<module>.py), with those that
``ALSO`` names for it, with the quickest others that reach the changed function, as far as they fit
in a few seconds, and with those written since mutmut looked; those that soon killed mutants of the
same function come first. What is made once for all tests, a meeting, is made before the fork. Tests
with drawn examples draw the same ones each time, and do not look for simpler ones.

What runs while modules are imported is tried in a process of its own, with the tests of what is
made of it. Before the first mutant all tests run once without any, in a fork too, and have to pass.
What survives is listed, and kept in mutants/results.json; what is killed is not tried again.
A mutant that uses up its seconds of CPU, or does nothing for half a minute, counts as killed.
See docs/mutation.md.
"""

import gc
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

import pytest
from _pytest.scope import Scope
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.utils.format_utils import mangled_name_from_mutant_name

SLOW_S, TOGETHER_S, PATIENCE_S, STILL_S, SAVE_EVERY = 5, 4, 20, 30, 10
MEMORY_BYTES = 6 * 2**30
AFRESH = {
    "qa.ledger.entry.x__m": ("tests/ledger/test_entry.py",),
    "qa.ledger.forms.": ("tests/ledger/test_entry.py", "tests/ledger/test_glance.py"),
    "qa.ledger.glance.": ("tests/ledger/test_glance.py",),
    "qa.ledger.ed25519.x__base": ("tests/ledger/test_ed25519.py",),
}
GOLDEN = "tests/services/test_report_golden.py"
SENTENCES = "tests/verify/test_sentences.py"
RECORDS = "tests/verify/test_rewritten_records.py"
FORKS = "tests/verify/test_forks.py"
STORY = "tests/ledger/test_story.py"
ALSO = {
    "qa.ledger.admission": (STORY,),
    "qa.ledger.appeals": (STORY,),
    "qa.ledger.bundle": (
        "tests/verify/test_hostile_files.py",
        "tests/verify/test_verify_bundle.py",
    ),
    "qa.ledger.bundle_zip": ("tests/verify/test_hostile_files.py",),
    "qa.ledger.checks": (SENTENCES, "tests/verify/test_receipts.py"),
    "qa.ledger.checks_addendum": ("tests/ledger/test_after_close.py",),
    "qa.ledger.checks_log": (SENTENCES, FORKS, "tests/verify/test_witness_policies.py", RECORDS),
    "qa.ledger.checks_receipt": ("tests/verify/test_receipts.py",),
    "qa.ledger.checks_registry": (SENTENCES, FORKS),
    "qa.ledger.checks_report": ("tests/verify/test_reports.py",),
    "qa.ledger.checks_story": (SENTENCES, RECORDS),
    "qa.ledger.checks_texts": (SENTENCES, "tests/verify/test_hidden_words.py", RECORDS),
    "qa.ledger.docket": (STORY, RECORDS),
    "qa.ledger.facts": (GOLDEN,),
    "qa.ledger.numbers": ("tests/ledger/test_facts.py", GOLDEN),
    "qa.ledger.reasons": (STORY, RECORDS),
    "qa.ledger.report_file": ("tests/verify/test_reports.py",),
    "qa.ledger.second_reviews": (STORY,),
    "qa.verify": ("tests/verify/test_command.py",),
}
"""Tests of what a module tells and refuses that are not named after it, by module."""

SHARED = f"{SENTENCES}::test_every_step_says_what_it_found"
"""A test that needs the meeting, so that running it makes the meeting for all."""

RESULTS, SCRATCH = Path("results.json"), Path("scratch")
ARGUMENTS = (
    *("--rootdir=.", "-q", "-s", "--assert=plain", "--tb=native", "-p", "no:cacheprovider", "-k"),
    "not postgresql and not one_file and not tamper",
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
        self.kills = Counter()

    def pytest_runtestloop(self, session):
        set_mutant_under_test("")
        items = {item.nodeid: item for item in session.items}
        for item in session.items:
            draw_the_same_examples(item)
        took = self.stats["duration_by_test"]
        self.newer = {test for test in items if test not in took}
        self.takes_s = {test: took.get(test, 0.05) + 0.02 for test in items}
        self.hall = hold_once(items)
        gc.freeze()
        assert self.outcome("", session.items) == "survived"
        for module in self.modules:
            names = self.mutants_of(module)
            tests = {name: self.tests_of(name, module, items) for name in names}
            for count, name in enumerate(names):
                if self.done.get(name) != "killed":
                    files = [AFRESH[start] for start in AFRESH if name.startswith(start)]
                    self.done[name] = (
                        afresh(name, files[0])
                        if files
                        else self.outcome(name, self.in_order(name, tests[name]))
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
        covering = self.stats["tests_by_mangled_function_name"]
        reach = [
            test
            for test in covering.get(mangled_name_from_mutant_name(name), [])
            if test in items and self.takes_s[test] < SLOW_S
        ]
        own = f"/test_{module.rpartition('.')[2]}.py"
        quick = sorted(reach, key=self.takes_s.__getitem__)
        spent = accumulate(self.takes_s[test] for test in quick)
        chosen = [test for test in items if own in test]
        chosen += [test for test, s in zip(quick, spent, strict=True) if s < TOGETHER_S]
        chosen += [test for test in items if test in self.newer and not test.startswith(GOLDEN)]
        chosen += [test for test in items if test.startswith(ALSO.get(module, ("none",)))]
        return [items[test] for test in dict.fromkeys(chosen)]

    def in_order(self, name, tests):
        """Return tests, those first that soon killed mutants of this function, or of others."""
        function = mangled_name_from_mutant_name(name)

        def place(test):
            kills = self.kills[function, test.nodeid], self.kills[test.nodeid]
            return [-count / self.takes_s[test.nodeid] for count in kills]

        return sorted(sorted(tests, key=lambda test: self.takes_s[test.nodeid]), key=place)

    def outcome(self, name, tests):
        """Return what becomes of a mutant: killed by a failing test, timeout, or survived."""
        self.hall.restore()
        shutil.rmtree(SCRATCH, ignore_errors=True)
        SCRATCH.mkdir()
        pid = os.fork()
        if pid == 0:
            os._exit(first_to_fail(name, tests))
        status = wait_for(pid)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        if os.WIFSIGNALED(status):
            return "timeout"
        failed = os.WEXITSTATUS(status)
        if failed:
            killer = tests[min(failed, len(tests)) - 1].nodeid
            self.kills[mangled_name_from_mutant_name(name) if name else "", killer] += 1
            self.kills[killer] += 1
            if not name:
                print("fails without a mutant:", killer, file=sys.stderr)
        return "killed" if failed else "survived"


class KeptHall:
    """The folder of the meeting that all tests read, put back when a test wrote to it."""

    def __init__(self, folder):
        self.folder, self.kept = folder, folder.with_name("kept")
        shutil.copytree(folder, self.kept)
        self.seen = self.state()

    def state(self):
        return {
            str(path): (path.stat().st_mtime_ns, path.stat().st_size)
            for path in self.folder.rglob("*")
        }

    def restore(self):
        if self.state() != self.seen:
            shutil.rmtree(self.folder)
            shutil.copytree(self.kept, self.folder)
            self.seen = self.state()


def hold_once(items):
    """Make what all tests share, and close the database, which no fork can share."""
    tests = {SHARED: items[SHARED]}
    other = next(item for nodeid, item in items.items() if nodeid.startswith("tests/ledger"))
    for nodeid, item in items.items():
        for fixtures in item._fixtureinfo.name2fixturedefs.values():
            if nodeid.startswith("tests/verify") and fixtures[-1].scope == "module":
                fixtures[-1]._scope = Scope.Session
                tests.setdefault(fixtures[-1], item)
    for test in tests.values():
        assert not fails(test, other)
    hall = items[SHARED]._fixtureinfo.name2fixturedefs["hall"][-1].cached_result[0]
    db = hall.meeting.ctx.db
    db._readers.dispose()
    db._engine.dispose()
    return KeptHall(Path(hall.meeting.ctx.config.data_dir))


def fails(test, after):
    """Say whether a test fails, run as pytest runs it, with the warnings that it allows."""
    test.ihook.pytest_runtest_protocol(item=test, nextitem=after)
    return test.session.testsfailed > 0


def draw_the_same_examples(item):
    from hypothesis import Phase, settings  # pytest looks into it first

    function = getattr(item.obj, "__func__", item.obj)
    given = getattr(function, "_hypothesis_internal_use_settings", None)
    if given is not None:
        phases = (Phase.explicit, Phase.generate)
        function._hypothesis_internal_use_settings = settings(
            given, phases=phases, derandomize=True, database=None
        )


def wait_for(pid):
    """Wait for a process to end; end it when it has long done nothing. Time stopped is no time."""
    pause_s, still_s, before = 0.002, 0.0, None
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.3, 0.1)
        now = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent = (now[0] == "R", *now[11:15])
        still_s = still_s + pause_s if spent == before and now[0] == "S" else 0.0
        before = spent
        if still_s > STILL_S:
            os.killpg(pid, signal.SIGKILL)


def afresh(name, files):
    environ = {**os.environ, "MUTANT_UNDER_TEST": name}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files]
    try:
        done = subprocess.run(command, check=False, env=environ, capture_output=True, timeout=300)
    except subprocess.TimeoutExpired:
        return "timeout"
    return "killed" if done.returncode else "survived"


def first_to_fail(name, tests):
    """Run tests until one fails; return its place, counted from 1, or 0 when none does."""
    os.setsid()
    if name:
        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE_S, PATIENCE_S))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    set_mutant_under_test(name)
    for place, test in enumerate(tests, start=1):
        test.config._tmp_path_factory._basetemp = SCRATCH.resolve()
        after = tests[place] if place < len(tests) else test  # what all share is not taken down
        if fails(test, after):
            return min(place, 255)
    return 0


if __name__ == "__main__":
    os.chdir("mutants")
    sys.path.insert(0, ".")
    sys.exit(pytest.main([*ARGUMENTS], plugins=[Mutants(sys.argv[1:])]))
