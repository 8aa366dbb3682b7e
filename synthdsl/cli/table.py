"""All commands: the function of each as `module:name`, and its line in `synthc --help`. One line a command."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is, and what it does in a few words."""

    place: str
    summary: str


COMMANDS: dict[str, Entry] = {
    "new": Entry("synthdsl.cli.new:new", "Begin a project with a spec that runs."),
    "check": Entry("synthdsl.cli.check:check", "Say what is wrong with specs; exit 1 on errors."),
    "lint": Entry("synthdsl.cli.lint:lint", "Say what is doubtful in specs that compile."),
    "lock": Entry("synthdsl.cli.lock:lock", "Write what specs are compiled against into synth.lock."),
    "fmt": Entry("synthdsl.cli.fmt:fmt", "Give specs the one canonical layout."),
    "compile": Entry("synthdsl.cli.compile:compile_", "Write the execution plan as JSON."),
    "graph": Entry("synthdsl.cli.graph:graph", "Draw what depends on what."),
    "plan": Entry("synthdsl.cli.plan:plan", "Say what a run would do and cost, without running."),
    "preview": Entry("synthdsl.cli.preview:preview", "Show a few rows; nothing is written."),
    "run": Entry("synthdsl.cli.run:run", "Make the data and write the outputs."),
    "test": Entry("synthdsl.cli.testing:test", "Run the tests in specs; no model is asked."),
    "cache": Entry("synthdsl.cli.cache:cache", "Look into the stored answers of models, remove, move them."),
    "diff": Entry("synthdsl.cli.diff:diff", "Say what a change means: contract, data, calls."),
    "ci": Entry("synthdsl.cli.ci:ci", "Write one comment on all specs of a change, for reviewers."),
    "trace": Entry("synthdsl.cli.trace:trace", "Tell one row's whole story."),
    "explain": Entry("synthdsl.cli.explain:explain", "Explain a diagnostic code or a function."),
    "docs": Entry("synthdsl.cli.docs:docs", "List functions, formats, readers and library modules."),
    "lsp": Entry("synthdsl.cli.lsp:lsp", "Serve an editor: the language server."),
    "completion": Entry("synthdsl.cli.completion:completion", "Print the completion script for a shell."),
}
