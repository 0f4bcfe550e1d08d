"""Reads a calendar file with a program of other people's and prints when its event takes place, each time in UTC and in their order.

The zone is the one that the file describes, not the one that this machine knows by its name.
"""

import sys
from datetime import timedelta, timezone

from dateutil.rrule import rrulestr
from icalendar import Calendar

calendar = Calendar.from_ical(sys.argv[1])
assert calendar["VERSION"] == "2.0" and calendar["PRODID"], calendar
event, *others = calendar.walk("VEVENT")
zones = calendar.walk("VTIMEZONE")
assert not calendar.errors, calendar.errors
for each in (event, *others):
    assert not each.errors, each.errors
    assert each["UID"] == event["UID"] and each["DTSTAMP"].dt.tzinfo and each["DURATION"].dt == timedelta(minutes=60), each
    assert each["SEQUENCE"] == event["SEQUENCE"], each
for zone in zones:
    assert zone["TZID"] == event["DTSTART"].params["TZID"], zone
own = zones[0].to_tz(lookup_tzid=False) if zones else timezone.utc


def wall(time):
    return time.dt.replace(tzinfo=None)


if "RRULE" in event:
    rule = event["RRULE"]
    until = rule.pop("UNTIL")[0]
    assert until.utcoffset() == timedelta(0), until
    walls = []
    for each in rrulestr(rule.to_ical().decode(), dtstart=wall(event["DTSTART"])):
        if each.replace(tzinfo=own) > until:
            break
        walls.append(each)
else:
    walls = [wall(event["DTSTART"])]
# What does not take place, and what does at another time (RFC 5545, 3.8.5.1 and 3.8.4.4): both name a date of the series as it has it.
left_out = event.get("EXDATE", [])
for dates in left_out if isinstance(left_out, list) else [left_out]:
    for each in dates.dts:
        walls.remove(wall(each))
for other in others:
    walls[walls.index(wall(other["RECURRENCE-ID"]))] = wall(other["DTSTART"])
for each in sorted(each.replace(tzinfo=own).astimezone(timezone.utc) for each in walls):
    print(each.strftime("%Y-%m-%dT%H:%M:%SZ"))
