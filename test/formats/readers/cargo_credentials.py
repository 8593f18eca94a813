import json
import sys
import tomllib

for line in sys.stdin:
    with open(json.loads(line)["path"], "rb") as file:
        (entry,) = tomllib.load(file)["registries"].values()
    print(json.dumps(entry))
