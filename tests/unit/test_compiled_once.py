"""What is put together when templates are compiled says what Jinja2 itself makes of them."""

from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from notifications.compiled_once import code_in

BASE = "<b>{% block one %}{{ line.title }}{% endblock %}|{% block two %}{{ to }}{% endblock %}</b>"
IN_A_BLOCK = "{% block one %}1{% block within %}2{% endblock %}{% endblock %}{{ to }}"


def written(files: dict[str, str], *, compiled: bool) -> str:
    """The page `page.html`; with `compiled` as letters are."""
    templates = Environment(
        loader=DictLoader({"letter.html": BASE, **files}), undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]), auto_reload=False,
    )  # fmt: skip
    if compiled:
        templates.code_generator_class = code_in("en")
    values = {"line": SimpleNamespace(title="a < b"), "to": "Wang & Li"}
    return templates.get_template("page.html").render(values)


@pytest.mark.parametrize(
    "page",
    [
        "{% block one %}{{ line.title }}, {{ to }}{% endblock %}",
        "{% set to = line.title %}{% block one %}1{% endblock %} not seen {{ to }}",
        "{% block one %}{% set to = 'other' %}{{ to }}{% endblock %}",
        "{% block one %}{{ super() }}!{% endblock %}",
        "{% block one %}{{ self.two() }}!{% endblock %}",
        "{% macro bold(text) %}<i>{{ text }}</i>{% endmacro %}"
        "{% block one %}{{ bold(to) }}{% endblock %}",
        "{% if to %}{% set to = 'some' %}{% endif %}{% block one %}{{ to }}{% endblock %}",
        "{% block one %}{% for n in [1, 2] %}{{ loop.index }}{{ to }}{% endfor %}{% endblock %}",
        "{% block one %}{% block within %}{{ to }}{% endblock %}{% endblock %}",
        "{% block unknown %}{{ to }}{% endblock %}",
    ],
)
def test_a_page_on_a_letter(page: str) -> None:
    files = {"page.html": '{% extends "letter.html" %}' + page}
    assert written(files, compiled=True) == written(files, compiled=False)


@pytest.mark.parametrize(
    "letter",
    [IN_A_BLOCK, '{% extends "outer.html" %}' + IN_A_BLOCK, "{% if to %}" + BASE + "{% endif %}"],
)
def test_a_page_on_another_letter(letter: str) -> None:
    page = '{% extends "letter.html" %}{% block within %}3{% endblock %}'
    files = {"page.html": page, "letter.html": letter, "outer.html": BASE}
    assert written(files, compiled=True) == written(files, compiled=False)
