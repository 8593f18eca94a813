import json
import sys

for line in sys.stdin:
    with open(json.loads(line)["path"], encoding="utf-8") as file:
        print(json.dumps(json.load(file)))
