"""What my_print_defaults finds in each file for [client]. A value may have line breaks, so a line that begins no option goes on with the one before."""

import json
import re
import subprocess
import sys

names = {"user": "username", "password": "password", "host": "host", "port": "port", "socket": "socket"}

for line in sys.stdin:
    command = ["my_print_defaults", "--defaults-file=" + json.loads(line)["path"], "client"]
    printed = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    parts = re.split(r"(?:^|\n)--(user|password|host|port|socket)=", printed.removesuffix("\n"))
    print(json.dumps({names[name]: value for name, value in zip(parts[1::2], parts[2::2])}))
