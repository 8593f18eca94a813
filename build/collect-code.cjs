// Preloaded (node -r) by build/code-cache.ts: lets the bundle run, and keeps at its end what V8 compiled of each chunk.
'use strict';
const { writeFileSync } = require('node:fs');
const vm = require('node:vm');

const scripts = [];
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    if (options?.filename?.endsWith('.cjs')) scripts.push({ script: this, filename: options.filename }); // Not the agent's templates.
  }
};

process.on('exit', () => {
  for (const { script, filename } of scripts) {
    writeFileSync(`${filename}.code`, script.createCachedData());
  }
});
