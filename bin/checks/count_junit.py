"""count_junit FILE…: the tests in JUnit reports, as "PASSED FAILED". A skipped test is neither; a report that is
not there, or was cut short because its runner crashed, holds none."""

import os
import sys
import xml.etree.ElementTree as ET

passed = failed = 0
for name in filter(os.path.exists, sys.argv[1:]):
    try:
        cases = list(ET.parse(name).iter("testcase"))
    except ET.ParseError:
        cases = []
    for case in cases:
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is None:
            passed += 1
print(passed, failed)
