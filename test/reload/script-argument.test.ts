import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scriptArgument } from '../../agent/reload/script-argument.ts';

const cases: readonly (readonly [string, string | undefined])[] = [
  ['node /app/server.js --port 1', '/app/server.js'],
  ['/usr/local/bin/node --enable-source-maps -r ./trace.js --import ./x.mjs server.js', 'server.js'],
  ['node -e 1', undefined],
  ['node', undefined],
  ['python3.11 -u -X dev /usr/bin/gunicorn app:web', '/usr/bin/gunicorn'],
  ['python -m uvicorn main:app', 'uvicorn'],
  ['python3 -c print()', undefined],
  ['ruby -I lib bin/puma', 'bin/puma'],
  ['java -Xmx1g -cp /lib/* -jar /app/web.jar', '/app/web.jar'],
  ['java -cp x com.example.Main', 'com.example.Main'],
  ['bash /entrypoint.sh nginx', '/entrypoint.sh'],
  ['sh -c nginx', undefined],
  ['nginx -g daemon', undefined],
];

for (const [command, script] of cases) {
  test(`the script of "${command}" is ${script ?? 'none'}`, () => {
    assert.equal(scriptArgument(command.split(' ')), script);
  });
}
