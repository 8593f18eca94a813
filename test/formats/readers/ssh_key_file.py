"""The public key that ssh-keygen finds in each private key; the passphrase is the first argument."""

import json
import subprocess
import sys

for line in sys.stdin:
    command = ["ssh-keygen", "-y", "-P", sys.argv[1], "-f", json.loads(line)["path"]]
    public = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(json.dumps({"public": " ".join(public.split()[:2])}))
