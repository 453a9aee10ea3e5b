"""Every command and every code block shown in README, CONTRIBUTING and docs is run, and its output compared.

Fenced blocks, by tag:

- ``console``: lines that begin with ``$`` are commands; each must exit with 0, and the lines under it, if any, must
  match what it prints, where ``...`` stands for anything. ``make TARGET`` is looked up in the Makefile, and only its
  demo, whose output is shown, is played: CI runs the targets themselves. Of a long command that a test of its own
  plays, only the options are tried.
- ``python``: run. ``toml`` and ``json``: parsed. With ``file=NAME`` after the tag the block is written to that file,
  for the blocks below it; such a Python block is not run by itself.
- ``text``: not looked at.

The blocks of a document run in order, in an empty folder of its own.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hw.samples import SampleUnavailableError, locate_sample
from tests.forked_command import run_watchfloor

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
TAGS = {"console", "python", "toml", "json", "text"}
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
MATCH = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
TIMEOUT_S = 240.0
PLAYED_ELSEWHERE = {"watchfloor validate": ROOT / "tests" / "watchfloor" / "test_validate.py"}
"""Long commands that need nothing of a document, by the test that plays them; only their options are tried here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block of a document."""

    tag: str
    file: str | None
    body: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A command and what the document says it prints."""

    command: str
    expected: str


@dataclass(slots=True)
class Runs:
    """Slow commands, kept for the session: what each distinct one printed, and the folder with the files it made."""

    folder: Path
    done: dict[str, tuple[str, Path]] = field(default_factory=dict)


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(tmp_path_factory.mktemp("runs"))


def read_blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a document."""
    for found in FENCE.finditer(text):
        tag, _, rest = found["info"].strip().partition(" ")
        file = re.fullmatch(r"file=(\S+)", rest.strip())
        yield Block(tag=tag, file=file[1] if file else None, body=found["body"],
                    line=text.count("\n", 0, found.start()) + 1)


def read_examples(body: str) -> Iterator[Example]:
    """Yield the commands of a console block."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, expected = part.replace("\\\n", " ").partition("\n")
        yield Example(command=" ".join(command.split()), expected=expected.strip())


def read_targets() -> dict[str, str]:
    """Return the Makefile's targets with their first recipe line."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return {found[1]: found[2] for found in re.finditer(r"^([a-z-]+):[^=\n]*\n\t@?(.*)$", text, re.MULTILINE)}


def play(command: str, folder: Path) -> str:
    """Run a command in a folder and return what it printed; it must exit with 0."""
    words = shlex.split(command)
    assert words[0] in ("watchfloor", "python"), f"{words[0]} is no command that documents may show; known: make, " \
        "watchfloor, python"
    environment = os.environ | {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "100", "PYTHONUTF8": "1"}
    if words[0] == "watchfloor":
        done = run_watchfloor(words[1:], cwd=folder, env=environment, timeout_s=TIMEOUT_S)
    else:
        done = subprocess.run([sys.executable, *words[1:]], cwd=folder, env=environment, timeout=TIMEOUT_S,
                              capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{command} exited with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def play_once(command: str, folder: Path, runs: Runs) -> str:
    """Run a slow command once a session and lay its files into the folder; other commands run in it as they are."""
    is_slow = command.startswith(("watchfloor run ", "watchfloor bench "))
    needs_files = any((folder / word).exists() for word in shlex.split(command))
    if not is_slow or needs_files:
        return play(command, folder)
    if command not in runs.done:
        made = Path(tempfile.mkdtemp(dir=runs.folder))
        runs.done[command] = (play(command, made), made)
    printed, made = runs.done[command]
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return printed


def check_example(example: Example, folder: Path, runs: Runs) -> None:
    """Run one command of a console block and compare."""
    command = example.command
    if command.startswith("make"):
        targets = read_targets()
        wanted = [word for word in command.split()[1:] if "=" not in word]
        assert wanted, f"{command}: name a target"
        assert set(wanted) <= set(targets), f"{command}: the Makefile has {', '.join(targets)}"
        if wanted != ["demo"] or not example.expected:
            return
        skip_without_sample()
        shown = subprocess.run(["make", "--dry-run", "--always-make", "demo"], cwd=ROOT, capture_output=True, text=True,
                               check=True).stdout
        command = next(line.split("bin/", 1)[1] for line in reversed(shown.splitlines()) if "bin/watchfloor" in line)
    elsewhere = next((begun for begun in PLAYED_ELSEWHERE if command.startswith(begun) and not example.expected), None)
    if elsewhere is not None:
        play(f"{command} --help", folder)
        return
    printed = play_once(command, folder, runs)
    if example.expected:
        matches = doctest.OutputChecker().check_output(example.expected + "\n", printed, MATCH)
        assert matches, f"$ {command}\nexpected:\n{example.expected}\n\nprinted:\n{printed}"


def skip_without_sample() -> None:
    """What the demo prints is that of the real clip; without it a drawn scene stands in."""
    try:
        locate_sample("bottle")
    except SampleUnavailableError as missing:
        pytest.skip(f"the demo's real output needs the clip: {missing}")


def check_block(block: Block, folder: Path, runs: Runs) -> None:
    """Run, parse or write one block."""
    if block.file is not None:
        (folder / block.file).write_text(block.body, encoding="utf-8")
    if block.tag == "console":
        for example in read_examples(block.body):
            check_example(example, folder, runs)
    elif block.tag == "python" and block.file is None:
        (folder / "block.py").write_text(block.body, encoding="utf-8")
        play("python block.py", folder)
    elif block.tag == "toml":
        tomllib.loads(block.body)
    elif block.tag == "json":
        json.loads(block.body)


@pytest.mark.xdist_group("documents")
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_example_of_a_document_runs(document: Path, tmp_path: Path, runs: Runs) -> None:
    for block in read_blocks(document.read_text(encoding="utf-8")):
        try:
            check_block(block, tmp_path, runs)
        except AssertionError as error:
            raise AssertionError(f"{document.relative_to(ROOT)}:{block.line}: {error}") from None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_document_shows_something_that_runs_and_only_known_blocks(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    blocks = list(read_blocks(text))
    unknown = [f"line {block.line}: {block.tag or 'none'}" for block in blocks if block.tag not in TAGS]
    assert unknown == [], f"unknown tags; expected one of {', '.join(sorted(TAGS))}"
    assert len(re.findall(r"^\s*```", text, re.MULTILINE)) == 2 * len(blocks), "a fence is not closed, or is indented"
    commands = [example for block in blocks if block.tag == "console" for example in read_examples(block.body)]
    assert commands, "shows no command at all"
    assert all(list(read_examples(block.body)) for block in blocks if block.tag == "console"), "a block has no `$ `"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_document_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    links = re.findall(r"\]\(([^)#\s]+\.md)", index.read_text(encoding="utf-8"))
    reached = {(index.parent / link).resolve() for link in links} | {index}
    assert [str(path) for path in (ROOT / "docs").rglob("*.md") if path not in reached] == []


def test_the_comparison_sees_a_wrong_output(tmp_path: Path, runs: Runs) -> None:
    with pytest.raises(AssertionError, match="expected:"):
        check_example(Example(command="watchfloor --version", expected="watchfloor 99"), tmp_path, runs)


@pytest.mark.parametrize("command", ["make nothing", "make", "rm -rf x", "watchfloor fly"])
def test_a_command_that_cannot_be_is_refused(tmp_path: Path, runs: Runs, command: str) -> None:
    with pytest.raises(AssertionError):
        check_example(Example(command=command, expected=""), tmp_path, runs)


def test_what_is_played_elsewhere_is_played_there() -> None:
    for command, test in PLAYED_ELSEWHERE.items():
        assert ", ".join(f'"{word}"' for word in command.split()) in test.read_text(encoding="utf-8")


def test_a_continued_command_is_one_and_output_belongs_to_the_command_above() -> None:
    body = "$ watchfloor run x \\\n    --seed 2\nfound ...\n$ watchfloor doctor\n"
    assert list(read_examples(body)) == [
        Example(command="watchfloor run x --seed 2", expected="found ..."),
        Example(command="watchfloor doctor", expected=""),
    ]
