"""The keys that botocore finds in shared credentials files. Its first argument is the profile."""

import json
import sys

from botocore.credentials import SharedCredentialProvider

for line in sys.stdin:
    found = SharedCredentialProvider(json.loads(line)["path"], sys.argv[1]).load()
    keys = {"aws_access_key_id": found.access_key, "aws_secret_access_key": found.secret_key, "aws_session_token": found.token}
    print(json.dumps(keys))
