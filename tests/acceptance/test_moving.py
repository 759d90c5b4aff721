"""A running office moves to PostgreSQL: the installed program, in Chinese."""

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from tests.acceptance.conftest import Duban
from tests.acceptance.test_keeping import KEY, small
from tests.acceptance.test_serve import serving
from tests.support import postgres


@pytest.fixture
def target() -> Iterator[str]:
    """An empty database, whose address holds a password (the server asks for none)."""
    url = make_url(postgres.fresh_database(migrated=False)).set(password="secret-word")
    yield url.render_as_string(hide_password=False)
    postgres.drop_database(url.render_as_string(hide_password=False))


def test_an_office_moves_and_comes_back(duban: Duban, target: str) -> None:
    small(duban)
    duban.run("submit", KEY)
    duban.settings["DUBAN_LANGUAGE"] = "zh"
    source = duban.database_url
    with serving(duban):
        refused = duban.run("migrate-data", source, target, code=1)
        assert "请先停止“duban serve”" in refused.stderr
    done = duban.run("migrate-data", source, target)
    assert "各表校验值均与" in done.stderr and "核验通过，一切正常" in done.stderr
    assert "请将 DUBAN_DATABASE_URL" in done.stderr and "secret.key 仍在原处" in done.stderr
    for command in (["overdue"], ["serve"], ["tick"], ["backup", "x.zip"], ["apply", "--yes"]):
        refused = duban.run(*command, code=1)
        assert "的数据已迁走：自 2022-05-20 10:00 起在 postgresql+psycopg://" in refused.stderr
        assert "请设置 DUBAN_DATABASE_URL" in refused.stderr
    assert "secret-word" not in done.stderr + done.stdout + refused.stderr
    there = Duban(duban.home, {**duban.settings, "DUBAN_DATABASE_URL": target}, forked=True)
    assert "已报送" in there.run("show", KEY).stdout
    there.run("accept", KEY)
    there.run("verify")
    undone = duban.run("migrate-data", source, target, "--undo")
    assert "另一处的数据保留为 duban_before_return_2022_05_20_" in undone.stderr
    assert "此后在该处登记的内容需要重新录入" in undone.stderr
    assert "已报送" in duban.run("show", KEY).stdout
    assert "数据库尚未建立" in there.run("show", KEY, code=1).stderr


def test_other_ways_are_refused(duban: Duban) -> None:
    duban.settings["DUBAN_LANGUAGE"] = "zh"
    refused = duban.run("migrate-data", "postgresql://me:secret-word@127.0.0.1/x", "sqlite:///y.db",
                        code=2)  # fmt: skip
    assert "数据只能从SQLite迁往PostgreSQL" in refused.stderr
    assert "“duban backup”" in refused.stderr
    refused = duban.run("migrate-data", "sqlite:///none.db", "postgresql://127.0.0.1:1/x", code=1)
    assert "数据库尚未建立" in refused.stderr
    assert "未写明数据迁往何处" in duban.run("migrate-data", "sqlite:///y.db", code=2).stderr
