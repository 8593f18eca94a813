import json
import sys
import tomllib

for line in sys.stdin:
    with open(json.loads(line)["path"], "rb") as file:
        print(json.dumps(tomllib.load(file)))
