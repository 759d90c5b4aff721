"""Command lines as a generator makes them up: each command with arguments that fit, or nearly."""

from collections.abc import Mapping

from hypothesis import strategies as st

from tests.support.hostile import texts
from tests.support.office import PLAN_KEY

Words = st.SearchStrategy[str]
anything = texts | st.integers().map(str)


def mostly(*sound: str) -> st.SearchStrategy[str]:
    """Four times out of five something that fits, or nearly."""
    return st.integers(0, 4).flatmap(lambda n: st.sampled_from(sound) if n else anything)


name = mostly(
    PLAN_KEY, "bridges-2022/monthly/南城/6", "桥梁/plan/北城", "桥梁/spot-check/省局", "a/b/c"
)
unit = mostly("北城", "north", "南")
campaign = mostly("bridges-2022", "桥梁")
words = mostly("office", "数据", "a\nb", "=1+1", "city", "公路处", "done", "queued")
day = mostly("2022-06-15", "2099-12-31", "0001-01-01", "9999-12-31", "2022-13-01", "2022-W23-1")
moment = day | mostly("2022-06-01T09:00", "2022-06-01T09:00+23:59", "2110-12-31T23:59")
number = mostly("1", "2", "0", "-1", "99999999999999999999", "1.5", "٣")
notice = mostly("1", "2", "2022-1", "督办〔2022〕1号", "1-2-3", "0", "2022-99999999999")
form = mostly("table", "csv", "json", "xlsx", "xml")
path = st.sampled_from(
    ["campaigns/bridges-2022.yaml", "campaigns/bridges-2022.yaml", "organisation.yaml", "missing",
     "contacts.csv", "contacts.csv", "home/duban.db", "campaigns", "", "x" * 300, "nul\0"]
)  # fmt: skip
# Never anything else: the program writes where it is told to.
target = st.sampled_from(
    ["out", "out", "campaigns", "", "no/such/folder/x", "x" * 300, "seed.db/x"]
)
office = mostly("sqlite:///home/duban.db", "sqlite:///missing.db", "sqlite:///campaigns", "x")
server = mostly("postgresql://127.0.0.1:1/x", "sqlite:///home/duban.db", "postgresql://a@b@c/x")
deed: Mapping[str, Words | None] = {"--by": words, "--on": day, "--why": words}
many = {**deed, "--skip": None, "--units-from": path}
milestone = mostly("bridges-2022/plan", "bridges-2022/monthly/7", "桥梁/spot-check")
units = mostly("北城、南城", "all", "1.北城市\n2.南城", "north south", "hill")
part = mostly("盖章件", "排查方案", "附件")
goal = mostly("bridges", "lamps", "surveyed", "加固桥梁", "sorts", "all-bridges")
figure = mostly("12", "1,200", "49/50", "yes", "否", "0.1万", "1e9", "１２", "9" * 40, "/", "-")
setting = mostly("platforms=0", "platforms=3", "platforms=nan", "platform=1", "=", "platforms=")
shown: Mapping[str, Words | None] = {"--format": form, "--output": target}
# The command's words, its arguments, its options; None stands for a flag.
COMMANDS: list[tuple[str, list[Words], Mapping[str, Words | None]]] = [
    ("check", [path], {}),
    ("draft", [path], {"-o": target, "--explain": None, "--year": number, "--id": campaign,
                       "--format": form}),
    ("worker", [], {"--name": words, "--as-of": moment}),
    ("schema", [], {"--organisation": None, "--holidays": None}),
    ("plan", [path], {"--campaign": campaign, "--unit": unit, **shown}),
    ("apply", [path], {"--yes": None, "--past": words, "--by": words, "--note": words,
                       "--plan": None, "--decisions": path, "--template": target,
                       "--format": form}),
    ("diff", [words, path], shown),
    ("submit", [name], {**many, "--missing": part, "--only": part, "--nil": None, "--file": path}),
    ("submit", [milestone], {**many, "--unit": units}),
    ("accept", [name, name], many),
    ("return", [name], {"--until": day, **many}),
    ("waive", [milestone], {**many, "--unit": units}),
    ("reopen", [name], many),
    ("extend", [name], {"--until": day, "--approve": None, "--reject": None, **many}),
    ("files", [name], {"--into": target, **shown}),
    ("assign", [units], {"--title": words, "--due": day, "--parent": milestone,
                         "--campaign": campaign, "--hand-in": part, "--clause": words, **deed}),
    ("undo", [], {"--by": words, "--why": words}),
    ("units set", [units, setting], deed),
    ("units list", [], shown),
    ("show", [name], {}),
    ("acknowledge", [name], many),
    ("explain", [name], {}),
    ("explain", [number], {}),
    ("silence add", [], {"--unit": unit, "--campaign": campaign, "--from": day, "--to": day,
                         "--why": words, "--by": words}),
    ("silence list", [], {"--all": None, **shown}),
    ("silence end", [number], {"--by": words}),
    ("notice draft", [unit], {"--campaign": campaign, "--degree": mostly("reminder", "circular"),
                              "--answer-by": day, "--note": words, "--by": words}),
    ("notice list", [], {"--campaign": campaign, "--unit": unit, "--all": None, **shown}),
    ("notice show", [notice], {}),
    ("notice release", [notice], {"--as-drafted": None, "--by": words, "--why": words}),
    ("notice drop", [notice], {"--by": words, "--why": words}),
    ("notice answer", [notice], deed),
    ("notice export", [notice], {"-o": mostly("out.docx", "out.txt", "no/such/x.docx", "x.pdf")}),
    ("campaign list", [], {"--all": None, **shown}),
    ("campaign pause", [campaign], {"--plan": None, **deed}),
    ("campaign resume", [campaign], {"--plan": None, **deed}),
    ("campaign close", [campaign], {"--plan": None, "--yes": None, **deed}),
    ("campaign archive", [campaign], deed),
    ("campaign history", [campaign], {"--version": number, **shown}),
    ("campaign rollback", [campaign], {"--to": number, "--plan": None, "--yes": None,
                                       "--decisions": path, "--by": words}),
    ("campaign clone", [campaign | path], {"--year": mostly("2027"), "--id": words, "-o": target}),
    ("campaign unarchive", [campaign], deed),
    ("overdue", [], {"--campaign": campaign, "--unit": unit, "--level": words, "--at": moment,
                     "--department": words, "--track": words, "--min-days": number,
                     "--fail-if-any": None, **shown}),
    ("status", [], {"--campaign": campaign, "--unit": unit, "--level": words, "--at": moment,
                    "--format": mostly("table", "csv", "json", "xlsx", "html"), "-o": target}),
    ("ranking", [campaign], {"--all": None, "--at": moment, "--explain": unit, "--level": words,
                             **shown}),
    ("report", [campaign], {"--all": None, "--at": moment, "--since": moment, "-o": target,
                            "--format": mostly("xlsx", "html", "md", "docx"), "--agency": words,
                            "--reference": words, "--addressee": words}),
    ("briefing", [campaign], {"--at": moment, "-o": target,
                              "--format": mostly("text", "html", "table", "json")}),
    ("today", [], {"--campaign": campaign, **shown}),
    ("timeline", [], {"--campaign": campaign, "--unit": unit, "--from": day, "--to": day, **shown}),
    ("history", [name], shown),
    ("history", [unit], shown),
    ("init", [target], {"--name": words, "--mail-from": words, "--smtp-host": words,
                        "--language": words, "--units": words, "--time-zone": words,
                        "--yes": None}),
    ("contacts import", [path], {"--campaign": campaign, "--unit": unit, "--yes": None,
                                 "--dry-run": None}),
    ("contacts list", [], shown),
    ("contacts coverage", [], {"--campaign": campaign, **shown}),
    ("contacts export", [], {"--form": None, "--campaign": campaign, "--unit": unit,
                             "-o": target}),
    ("contacts replace", [words, words], {"--from": day, "--name": words, "--campaign": campaign,
                                          **deed}),
    ("contacts absent", [words], {"--from": day, "--to": day, "--deputy": words,
                                  "--cancel": number, **deed}),
    ("contacts absences", [], shown),
    ("submissions import", [path], {"--campaign": campaign, "--on": day, "--yes": None,
                                    "--dry-run": None, **deed}),
    ("submissions export", [], {"--campaign": campaign, "--form": None, "-o": target}),
    ("progress set", [campaign, goal, unit, figure], {"--category": mostly("涵洞"), "--yes": None,
                                                      **deed}),
    ("progress withdraw", [campaign, goal, unit], {"--category": mostly("涵洞"), **deed}),
    ("progress split", [campaign, goal, mostly("北城=1", "北城=", "=", "south=1/2", "hill=-1")],
     {"--origin": mostly("unit", "office"), "--by": words, "--why": words}),
    ("progress show", [], {"--unit": unit, "--target": goal, "--at": moment, "--history": None,
                           "--sums": None, **shown}),
    ("progress show", [campaign], {"--unit": unit, "--target": goal, "--at": moment, **shown}),
    ("progress import", [path], {"--campaign": campaign, "--yes": None, "--dry-run": None, **deed}),
    ("progress export", [], {"--campaign": campaign, "--unit": unit, "--form": None,
                             "-o": target}),
    ("form export", [campaign, words], {"--unit": unit, "--period": words, "--milestone": words,
                                        "--format": mostly("xlsx", "docx"), "-o": target}),
    ("form import", [path, path], {"--campaign": campaign, "--form": words, "--unit": unit,
                                   "--period": words, "--submit": None, "--yes": None,
                                   "--dry-run": None, **deed}),
    ("form list", [campaign], shown),
    ("form show", [campaign, words], {"--unit": unit, "--period": words, **shown}),
    ("form summary", [campaign, words], {"--period": words, "--at": moment, "-o": target}),
    ("outbox list", [], {"--status": words, "--address": words, "--limit": number,
                         "--campaign": campaign, "--unit": unit, "--from": day, "--to": day,
                         "--failed": None, **shown}),
    ("outbox export", [target], {"--status": words, "--address": words, "--campaign": campaign,
                                 "--unit": unit, "--from": day, "--to": day, "--failed": None}),
    ("contacts channel", [words, mostly("mail", "x")], {}),
    ("contacts mended", [words], {"--by": words}),
    ("outbox show", [number], {}),
    ("outbox retry", [number, number], {"--by": words, "--why": words}),
    ("outbox hold", [number], {"--by": words, "--why": words}),
    ("outbox release", [number], {"--all": None, "--by": words, "--why": words}),
    ("outbox drop", [number], {"--all-held": None, "--by": words, "--why": words}),
    ("mail preview", [name], {"--rung": mostly("before-2", "lead", "x"), "--to": words,
                              "--day": day, "--format": mostly("text", "html", "eml"),
                              "-o": target}),
    ("inbox read", [], {"--every": mostly("x", "0")}),
    ("inbox list", [], {"--all": None, **shown}),
    ("inbox confirm", [number, number], {"--as": mostly("seen", "submitted"), "--for": name,
                                         "--missing": part, "--by": words}),
    ("inbox dismiss", [number], {"--by": words, "--why": words}),
    ("feed create", [], {"--unit": unit, "--campaign": campaign, "--all": None, "--by": words,
                         "--for": words, "--name": words, "--expires": day, "--qr": None}),
    ("feed create", [], {"--person": words, "--level": words, "--department": words,
                         "--overdue": None, "--tasks": None, "--phases": mostly("end", "span"),
                         "--language": mostly("zh", "en")}),
    ("feed list", [], {"--unused": None, **shown}),
    ("feed change", [number], {"--name": words, "--alarms": None, "--no-end": None,
                               "--expires": day}),
    ("feed rotate", [number], {"--grace": number}),
    ("feed revoke", [number], {}),
    ("feed export", [], {"--unit": unit, "--campaign": campaign, "--all": None, "-o": target,
                         "--feed": number, "--url": words}),
    ("config show", [], shown),
    ("tick", [], {"--at": moment}),
    ("replay --mail-calendar", [], {"--from": day, "--to": day, **shown}),
    ("replay --mail-calendar", [path], {"--from": day, "--contacts": path, **shown}),
    ("holidays show", [mostly("2022", "2027")], shown),
    ("holidays update", [mostly("2022", "2027")], {"--plan": None, "--yes": None, **shown}),
    ("replay --declaration", [path], {"--from": day, "--to": day, "--seed": number, **shown}),
    ("verify", [], shown),
    ("migrate-data", [office, server], {"--undo": None, "--format": form}),
]  # fmt: skip


@st.composite
def commands(draw: st.DrawFn) -> list[str]:
    """A command with some of its arguments and options, and now and then one too many."""
    command, arguments, options = draw(st.sampled_from(COMMANDS))
    line = command.split()
    for option in draw(st.lists(st.sampled_from(sorted(options)), unique=True)) if options else ():
        value = options[option]
        line += [option] if value is None else [option, draw(value)]
    line += [draw(one) for one in arguments]
    if draw(st.integers(0, 9)) == 0:
        line.insert(draw(st.integers(0, len(line))), draw(anything))
    return line
