"""what_failed SUITE FOLDER: the failed tests of a suite with what they said, or the end of its output when it broke."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

suite, folder = sys.argv[1], Path(sys.argv[2])
failures = []
for report in sorted(folder.glob(f"{suite}*.xml")):
    for case in ET.parse(report).iter("testcase"):
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
    print("\n".join(f"          {line}" for line in lines[-60:]))
