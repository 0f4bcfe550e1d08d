"""Reads a calendar file with a program of other people's and prints when its event begins, each time in UTC.

The zone is the one that the file describes, not the one that this machine knows by its name.
"""

import sys
from datetime import timedelta, timezone

from dateutil.rrule import rrulestr
from icalendar import Calendar

calendar = Calendar.from_ical(sys.argv[1])
assert calendar["VERSION"] == "2.0" and calendar["PRODID"], calendar
(event,) = calendar.walk("VEVENT")
zones = calendar.walk("VTIMEZONE")
start = event["DTSTART"].dt
assert not calendar.errors and not event.errors, (calendar.errors, event.errors)
assert event["UID"] and event["DTSTAMP"].dt.tzinfo and event["DURATION"].dt == timedelta(minutes=60), event
for zone in zones:
    assert zone["TZID"] == event["DTSTART"].params["TZID"], zone
own = zones[0].to_tz(lookup_tzid=False) if zones else timezone.utc
wall = start.replace(tzinfo=None)
if "RRULE" in event:
    rule = event["RRULE"]
    until = rule.pop("UNTIL")[0]
    assert until.utcoffset() == timedelta(0), until
    walls = []
    for each in rrulestr(rule.to_ical().decode(), dtstart=wall):
        if each.replace(tzinfo=own) > until:
            break
        walls.append(each)
else:
    walls = [wall]
for each in walls:
    print(each.replace(tzinfo=own).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
