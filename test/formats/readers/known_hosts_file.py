"""The fingerprints of the keys that ssh-keygen finds for a host in known_hosts files."""

import json
import subprocess
import sys

for line in sys.stdin:
    file = json.loads(line)
    host, port = file["fields"]["host"], file["fields"]["port"]
    target = host if port == "22" else f"[{host}]:{port}"
    command = ["ssh-keygen", "-l", "-F", target, "-f", file["path"]]
    lines = subprocess.run(command, capture_output=True, text=True, errors="replace").stdout.split("\n")
    found = sorted(line.split()[-1] for line in lines if " SHA256:" in line)
    print(json.dumps({"found": " ".join(found)}))
