"""What is wrong in each bad plugin: a piece of the good one, what replaces it.

Keyed by the test that has to see it. A NIR that is printed is fictitious.
"""

from __future__ import annotations

_COLLECT = """        for path in sorted(self.folder.glob("*" + self.suffix)):
            yield miroir.ReceivedFile.from_path(path)
"""
_ROW = 'reason="not a SIREN"'
_FOUND = "    return [\n        miroir.Finding("
_SEND = "        page = self.folder / intent.key\n        page.write_text(action.note)"
_CHECK_CRM = "raise miroir.DestinationError"

SPOILT: dict[str, tuple[str, str]] = {
    "DropContract.test_the_settings_are_accepted": (
        'suffix: str = ".edi"',
        (
            'suffix: str = ".edi"\n    token: str = ""\n\n'
            "    def __post_init__(self) -> None:\n"
            '        if not self.token:\n            raise ValueError("no token")'
        ),
    ),
    "DropContract.test_check_reaches_the_place": (
        (
            "    def check(self) -> None:\n        if not self.folder.is_dir():\n"
            "            raise miroir.SourceError"
        ),
        (
            "    def check(self) -> None:\n        if self.folder.is_dir():\n"
            "            raise miroir.SourceError"
        ),
    ),
    "DropContract.test_check_says_when_it_cannot": (
        (
            "    def check(self) -> None:\n        if not self.folder.is_dir():\n"
            "            raise miroir.SourceError"
        ),
        (
            "    def check(self) -> None:\n        if not self.folder:\n"
            "            raise miroir.SourceError"
        ),
    ),
    "DropContract.test_it_gives_files": (
        _COLLECT,
        (
            '        for path in sorted(self.folder.glob("*" + self.suffix)):\n'
            '            yield miroir.ReceivedFile.of("same", path.read_bytes())\n'
        ),
    ),
    "DropContract.test_it_gives_them_all": (  # the first page only
        _COLLECT,
        _COLLECT.replace("self.suffix)):", "self.suffix))[:1]:"),
    ),
    "DropContract.test_each_has_its_own_fingerprint": (
        _COLLECT,
        _COLLECT.replace(
            "miroir.ReceivedFile.from_path(path)",
            'miroir.ReceivedFile(name=path.name, content=b"", sha256="0" * 64)',
        ),
    ),
    "DropContract.test_one_company_can_be_asked_for": (
        _COLLECT,
        f"        if request.siren:\n            return\n{_COLLECT}",
    ),
    "DropContract.test_a_cursor_keeps_what_comes_later": (  # past the end
        _COLLECT,
        (
            '        cursor = request.cursor or ""\n'
            '        for path in sorted(self.folder.glob("*" + self.suffix)):\n'
            "            if path.name > cursor:\n"
            "                yield miroir.ReceivedFile.from_path(path)\n\n"
            '    def next_cursor(self) -> str:\n        return "z"\n'
        ),
    ),
    "DropContract.test_no_error_tells_a_secret": (
        (
            '            raise miroir.SourceError(f"{self.folder}: no such folder")\n\n'
            "    def collect(self, request: miroir.CollectRequest)"
            " -> Iterator[miroir.ReceivedFile]:\n        self.check()"
        ),
        (
            "            raise miroir.SourceError(self.key.reveal())\n\n"
            "    def collect(self, request: miroir.CollectRequest)"
            " -> Iterator[miroir.ReceivedFile]:\n        self.check()"
        ),
    ),
    "DropContract.test_twice_gives_the_same": (
        _COLLECT,
        (
            "        import itertools\n"
            '        number = next(globals().setdefault("N", itertools.count()))\n'
            '        yield miroir.ReceivedFile.of("a", b"%d" % number)\n'
        ),
    ),
    "DropContract.test_it_starts_again_after_an_interruption": (
        _COLLECT,
        (
            '        for path in sorted(self.folder.glob("*" + self.suffix)):\n'
            "            file = miroir.ReceivedFile.from_path(path)\n"
            "            path.unlink()\n            yield file\n"
        ),
    ),
    "DropContract.test_a_cursor_skips_nothing": (
        _COLLECT,
        (
            '        cursor = request.cursor or ""\n'
            '        yield miroir.ReceivedFile.of("a", b"x" + cursor.encode())\n\n'
            '    def next_cursor(self) -> str:\n        return "later"\n'
        ),
    ),
    "RowsContract.test_rows_are_taken_or_refused": (_ROW, 'reason=""'),
    "NotebookContract.test_the_settings_are_accepted": (
        "    folder: Path\n    promise",
        "    folder: Path\n    token: str\n    promise",
    ),
    "NotebookContract.test_check_reaches_it_and_writes_nothing": (
        f"        if not self.folder.is_dir():\n            {_CHECK_CRM}",
        (
            '        (self.folder / "tried").touch()\n'
            f"        if not self.folder.is_dir():\n            {_CHECK_CRM}"
        ),
    ),
    "NotebookContract.test_check_says_when_it_cannot": (
        f'{_CHECK_CRM}(f"{{self.folder}}: no such folder")',
        "pass",
    ),
    "NotebookContract.test_an_action_has_one_effect_and_a_receipt": (
        _SEND,
        f'{_SEND}\n        (self.folder / (intent.key + "-copy")).touch()',
    ),
    "NotebookContract.test_two_intents_have_two_effects": (
        "page = self.folder / intent.key\n        page.write",
        "page = self.folder / action.siren\n        page.write",
    ),
    "NotebookContract.test_the_class_is_kept": (
        _SEND,
        _SEND.replace("intent.key", 'f"{intent.key}-{intent.attempt}"'),
    ),
    "NotebookContract.test_the_class_is_kept_when_it_is_interrupted": (
        _SEND,
        _SEND.replace("intent.key", 'f"{intent.key}-{intent.attempt}"'),
    ),
    "NotebookContract.test_a_place_that_cannot_be_reached_gets_nothing": (
        "        self.check()\n        page",
        (
            '        if not self.folder.is_dir():\n            return miroir.Receipt(id="1")'
            "\n        page"
        ),
    ),
    "AloneContract.test_it_returns_findings_of_its_own_causes": (
        "cause=CAUSE.id",
        'cause="ACME_AUTRE"',
    ),
    "AloneContract.test_the_same_company_gives_the_same_findings": (
        "            status=miroir.Status.HYPOTHESIS,",
        (
            '            status=globals().setdefault("S", iter(list(miroir.Status) * 99))'
            ".__next__(),"
        ),
    ),
    "AloneContract.test_what_was_examined_before_changes_nothing": (
        _FOUND,
        (
            '    SEEN = globals().setdefault("SEEN", [])\n'
            "    if company.siren in SEEN:\n        SEEN.clear()\n        return []\n"
            f"    SEEN.append(company.siren)\n{_FOUND}"
        ),
    ),
    "AloneContract.test_the_company_is_left_as_it_was": (
        _FOUND,
        '    object.__setattr__(company, "siren", company.siren + "0")\n' + _FOUND,
    ),
    "AloneContract.test_it_finds_what_it_is_for": (_FOUND, "    return []\n" + _FOUND),
    "AloneContract.test_an_adviser_can_read_its_causes": (
        "L’entreprise n’a",
        "Elle n'a",
    ),
    "LeastContract.test_it_chooses_the_same_twice": (
        "choose=lambda c: c.thresholds",
        "choose=lambda c: None",
    ),
    "OrderContract.test_it_returns_the_same_diagnoses_each_once": (
        "list(found)",
        "list(found) + list(found)[:1]",
    ),
    "SizeContract.test_it_sizes_establishments_of_every_size": (
        "    return gaps.configured",
        "    return replace(gaps.configured, random=100 // (gaps.employees - 1))",
    ),
    "CountContract.test_twice_is_as_good_as_once": (
        'Path("counted").write_text("done")',
        '[Path(f"counted{n}").touch() for n in range(len(list(Path().iterdir())) + 1)]',
    ),
    "CountContract.test_it_stops_when_asked": (
        'Path("counted").write_text("done")',
        'if run.stopping():\n        raise RuntimeError("not foreseen")',
    ),
    "RecallContract.test_its_choices_start_follow_ups": (
        'name="acme-rappel"',
        'name="acme-autre"',
    ),
    "RecallContract.test_another_choice_starts_nothing": (
        'name="acme-rappel"',
        'name="acme-autre"',
    ),
    "GreetContract.test_the_help_says_what_it_does": ('    "Greet."', "    pass"),
    "GreetContract.test_an_unknown_option_is_refused": (
        '@click.command("acme")',
        (
            '@click.command("acme", context_settings={"ignore_unknown_options": True,'
            ' "allow_extra_args": True})'
        ),
    ),
}
