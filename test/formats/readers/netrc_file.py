import json
import netrc
import sys

for line in sys.stdin:
    file = json.loads(line)
    host = file["fields"]["host"]
    hosts = netrc.netrc(file["path"]).hosts
    username, _, password = hosts.pop(host)
    assert not hosts
    print(json.dumps({"host": host, "username": username, "password": password}))
