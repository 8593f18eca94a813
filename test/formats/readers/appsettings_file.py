"""The keys that Microsoft.Extensions.Configuration.Json makes of a file: parts joined by colons, alike whatever their case."""

import json
import sys


def flatten(value, path):
    if not isinstance(value, dict):
        return [(path, value)]
    return [pair for key, member in value.items() for pair in flatten(member, f"{path}:{key}" if path else key)]


for line in sys.stdin:
    with open(json.loads(line)["path"], encoding="utf-8") as file:
        found = dict(pairs := flatten(json.load(file), ""))
    if len({key.lower() for key in found}) < len(pairs):
        raise ValueError("a duplicate key")
    print(json.dumps(found))
