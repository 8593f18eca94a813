import json
import sys

from twine.utils import get_repository_from_config, get_userpass_value

for line in sys.stdin:
    entry = get_repository_from_config(json.loads(line)["path"], "pypi")
    found = {name: get_userpass_value(None, entry, name) for name in ("username", "password")}
    print(json.dumps({"repository": entry["repository"], **found}))
