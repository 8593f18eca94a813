import json
import sys

import yaml

for line in sys.stdin:
    with open(json.loads(line)["path"], encoding="utf-8") as file:
        print(json.dumps(yaml.safe_load(file)))
