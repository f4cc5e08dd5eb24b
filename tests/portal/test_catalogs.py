"""The check of the translations, on small sources of its own."""

from __future__ import annotations

import gettext
import os
import shutil
from pathlib import Path

import pytest

from finetune_portal.catalogs import compile_catalogs, gaps, update_catalogs

needs_gettext = pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% translate "Board" %}'
        "{% blocktranslate count n=n %}{{ n }} job{% plural %}{{ n }} jobs{% endblocktranslate %}"
    )
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "words.py").write_text(
        'from django.utils.translation import gettext as _\n_("Held by %(who)s")\n'
    )
    return tmp_path


def catalog(root: Path) -> Path:
    return root / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def translate(root: Path, english: str, chinese: str) -> None:
    path = catalog(root)
    text = path.read_text()
    before, entry = text.split(f'"{english}"\n', 1)
    path.write_text(f'{before}"{english}"\n' + entry.replace('""', f'"{chinese}"', 1))


def complete(root: Path) -> None:
    update_catalogs(root)
    translate(root, "Board", "看板")
    translate(root, "%(n)s jobs", "%(n)s 个任务")
    translate(root, "Held by %(who)s", "由 %(who)s 暂缓")


@needs_gettext
def test_without_a_catalog_every_text_is_a_gap(root: Path) -> None:
    assert [line.split(": ")[1] for line in gaps(root)] == ["not in the catalog"] * 3


@needs_gettext
def test_a_complete_catalog_has_no_gap(root: Path) -> None:
    complete(root)
    assert gaps(root) == []


@needs_gettext
def test_a_new_text_is_a_gap_and_the_check_changes_nothing(root: Path) -> None:
    complete(root)
    (root / "templates" / "more.html").write_text('{% translate "Audit trail" %}')
    before = catalog(root).read_text()
    assert gaps(root) == ["zh_Hans: not in the catalog: 'Audit trail' (templates/more.html)"]
    assert catalog(root).read_text() == before


@needs_gettext
def test_a_text_that_is_used_no_more_is_a_gap(root: Path) -> None:
    complete(root)
    (root / "jobs" / "words.py").write_text("")
    assert gaps(root) == ["zh_Hans: in no source any more: 'Held by %(who)s'"]


@needs_gettext
def test_a_lost_placeholder_is_a_gap(root: Path) -> None:
    update_catalogs(root)
    translate(root, "Board", "看板")
    translate(root, "%(n)s jobs", "%(n)s 个任务")
    translate(root, "Held by %(who)s", "由他暂缓")
    assert gaps(root) == ["zh_Hans: other placeholders: 'Held by %(who)s' (jobs/words.py)"]


@needs_gettext
def test_catalogs_compile_once(root: Path) -> None:
    complete(root)
    (target,) = compile_catalogs([root / "locale"])
    with target.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Board") == "看板"
    assert compile_catalogs([root / "locale"]) == []
    os.utime(target, (0, 0))
    assert compile_catalogs([root / "locale"]) == [target]
