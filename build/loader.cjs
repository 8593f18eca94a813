#!/usr/bin/env node
// Starts the bundle: this file becomes dist/keytide.cjs, beside the chunks.
//
// Each chunk has its compiled code beside it (NAME.code, made by build/code-cache.ts), which takes a quarter off the
// start. Node's own compile cache gains half as much, and keys its directory by user id: a pod that runs the agent as the
// app's user would have none. V8 refuses code that another version or other flags made; then the source is compiled.
'use strict';
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const vm = require('node:vm');

const loaded = new Map();

function load(name) {
  const known = loaded.get(name);
  if (known) return known.exports;
  const module = { exports: {} };
  loaded.set(name, module);
  const filename = join(__dirname, name);
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, 'utf8')}\n})`;
  const script = new vm.Script(source, { filename, cachedData: compiled(filename) });
  script.runInThisContext()(module.exports, requireFrom, module, filename, __dirname);
  return module.exports;
}

function requireFrom(id) {
  return id.startsWith('./') ? load(id.slice(2)) : require(id);
}

function compiled(filename) {
  try {
    return readFileSync(`${filename}.code`);
  } catch {
    return undefined;
  }
}

load('main.cjs');
