"""What google-auth finds in key files of service accounts, and a signature in the place of the key."""

import base64
import functools
import json
import sys

from cryptography.hazmat.primitives import serialization
from google.auth import _service_account_info
from google.oauth2 import service_account

# The same key stands in many files, and each check of one takes long.
serialization.load_pem_private_key = functools.lru_cache(serialization.load_pem_private_key)

for line in sys.stdin:
    path = json.loads(line)["path"]
    found, _ = _service_account_info.from_filename(path)
    account = service_account.Credentials.from_service_account_file(path)
    del found["private_key"]
    found["project_id"] = account.project_id
    found["private_key_id"] = account.signer.key_id
    found["client_email"] = account.service_account_email
    found["token_uri"] = account._token_uri
    found["signature"] = base64.b64encode(account.signer.sign(b"x")).decode()
    print(json.dumps(found))
