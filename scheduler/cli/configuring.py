"""`duban config show`: every setting, its value and where it comes from; secrets stay hidden."""

import typer
from pydantic import SecretStr

from config.i18n import _
from config.settings import Settings, origin
from scheduler.cli.app import office
from scheduler.cli.output import Format, FormatOption, OutputOption, write_rows
from workflows.engines import shown_url

_HIDDEN = "••••••"  # as long whatever the secret is


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(no_args_is_help=True)
    group.command("show", help=_("Show each setting and where it comes from."))(_show)
    app.add_typer(group, name="config")


def _show(
    context: typer.Context,
    form: FormatOption = Format.TABLE,
    output: OutputOption = None,
) -> None:
    """No secret is shown, whatever the format."""
    settings = office(context).settings
    flags = context.find_root().params
    rows = [
        {
            "setting": name,
            "value": _value(settings, name),
            "origin": origin(_source(settings, name), flags),
        }
        for name in Settings.model_fields
    ]
    headings = {"setting": _("setting"), "value": _("value"), "origin": _("set by")}
    write_rows(rows, form, output, headings, title=_("Settings"))


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if name == "database_url":
        return shown_url(settings.resolved_database_url)
    if isinstance(value, dict):
        return ", ".join(f"{key}={_HIDDEN}" for key in value)
    if isinstance(value, SecretStr):
        return _HIDDEN if value.get_secret_value() else ""
    return "" if value is None else str(value)


def _source(settings: Settings, name: str) -> str:
    """The setting that decides: a password may come from the file that another one names."""
    file = f"{name}_file"
    return file if name.endswith("_password") and getattr(settings, file) is not None else name
