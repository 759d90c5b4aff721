"""The organisation of the benchmarks: as many street offices as wanted, and one department."""

from pathlib import Path


def write_organisation(folder: Path, units: int) -> Path:
    """The organisation file in `folder`, which is made; its units are `unit-0` and so on."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "organisation.yaml"
    lines = "".join(
        f"  - {{id: unit-{n}, name: 第{n}街道办, level: street, mailbox: unit-{n}@example.org}}\n"
        for n in range(units)
    )
    file.write_text(
        f"levels: {{street: 街道}}\nunits:\n{lines}"
        "departments:\n  - {id: roads, name: 公路处, mailbox: roads@example.org}\n",
        encoding="utf-8",
    )
    return file
