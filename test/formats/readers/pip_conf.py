"""Which index pip finds in its configuration, and what it sends there."""

import json
import os
import sys

from pip._internal.configuration import Configuration
from pip._internal.network.auth import MultiDomainBasicAuth

for line in sys.stdin:
    os.environ["PIP_CONFIG_FILE"] = json.loads(line)["path"]
    configuration = Configuration(isolated=False)
    configuration.load()
    index = configuration.get_value("global.index-url")
    url, username, password = MultiDomainBasicAuth()._get_url_and_credentials(index)
    print(json.dumps({"index-url": url, "username": username, "password": password}))
