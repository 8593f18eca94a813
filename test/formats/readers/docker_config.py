import json
import sys

from docker.auth import load_config

for line in sys.stdin:
    ((registry, entry),) = load_config(json.loads(line)["path"]).auths.items()
    print(json.dumps({"registry": registry, "username": entry["username"], "password": entry["password"]}))
