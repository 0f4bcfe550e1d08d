"""what_failed SUITE FOLDER: the failed tests of a suite with what they said. Of one that broke, the crash with what ran before it, or the end."""

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

suite, folder = sys.argv[1], Path(sys.argv[2])
failures = []
for report in sorted(folder.glob(f"{suite}*.xml")):
    try:
        cases = list(ET.parse(report).iter("testcase"))
    except ET.ParseError:
        continue  # cut short by a crash, which the output tells of
    for case in cases:
        for wrong in [*case.findall("failure"), *case.findall("error")]:
            said = (wrong.text or wrong.get("message") or "").strip().splitlines()
            failures.append((f"{case.get('classname')} · {case.get('name')}", said[-40:]))

for name, said in failures[:20]:
    print(f"          FAILED {name}")
    print("\n".join(f"              {line}" for line in said))
if len(failures) > 20:
    print(f"          … and {len(failures) - 20} more")
if not failures:
    lines = (folder / f"{suite}.log").read_text(errors="replace").splitlines()
    crash = next((at for at, line in enumerate(lines) if re.search(r"Fatal error:|Program crashed|unexpected signal", line)), None)
    shown = lines[-60:] if crash is None else lines[max(0, crash - 5) : crash + 55]
    print("\n".join(f"          {line}" for line in shown))
