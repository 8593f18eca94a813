"""What python-dotenv finds in a .env file, as load_dotenv would put it into the environment."""

import json
import sys

from dotenv import dotenv_values

for line in sys.stdin:
    print(json.dumps(dotenv_values(json.loads(line)["path"])))
