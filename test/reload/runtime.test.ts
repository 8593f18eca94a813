import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, type TestContext, test } from 'node:test';
import { isGoBinary } from '../../agent/reload/go-binary.ts';
import { attempt, commandMatches, hup, named, type Program, Scene, sendAndWatch, uniqueName } from './programs.ts';
import { refusal } from './refusal.ts';

let scene: Scene;
let agent: Program;

beforeEach(async () => {
  scene = new Scene();
  agent = await scene.node(uniqueName('agent'), '');
});

afterEach(async () => scene.end());

const goSource = `package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	hups := make(chan os.Signal, 1)
	if len(os.Args) > 1 {
		signal.Notify(hups, syscall.SIGHUP)
	}
	time.AfterFunc(time.Hour, func() {})
	fmt.Println("ready")
	for range hups {
		fmt.Println("took")
	}
}
`;

/** The path of a compiled program, or undefined where there is no Go. */
async function goProgram(t: TestContext, ...flags: readonly string[]): Promise<string | undefined> {
  const source = await scene.file('main.go', goSource);
  const name = uniqueName('goapp');
  const path = join(await scene.dir(), name);
  const built = spawnSync('go', ['build', ...flags, '-o', path, source], {
    encoding: 'utf8',
    env: { ...process.env, GO111MODULE: 'off' },
  });
  if (built.error) t.skip('needs go');
  else assert.equal(built.status, 0, built.stderr);
  return built.error ? undefined : path;
}

test('a Go program is signalled only when the step vouches for it', async (t) => {
  const path = await goProgram(t, '-ldflags=-s -w');
  if (!path) return;
  const app = await scene.start(path, ['notify']);
  const { world, kills } = attempt(agent.pid);
  const name = path.slice(path.lastIndexOf('/') + 1);
  await assert.rejects(sendAndWatch(hup(named(name)), world), refusal(/Go programs catch every signal/, /handled: true/));
  assert.deepEqual(kills, []);
  await sendAndWatch(hup(named(name), { handled: true }), world);
  await app.says('took');
});

test('a Go program that does not handle the signal dies of it, and that is reported', async (t) => {
  const path = await goProgram(t);
  if (!path) return;
  await scene.start(path, []);
  const { world } = attempt(agent.pid, { watchMs: 20_000 });
  await assert.rejects(sendAndWatch(hup(commandMatches(path), { handled: true }), world), refusal(/ended after SIGHUP/));
});

test('nothing that is not made by Go is taken for it', async () => {
  assert.equal(await isGoBinary(process.execPath), false);
  assert.equal(await isGoBinary(await scene.file('script.sh', '#!/bin/sh\n')), false);
  assert.equal(await isGoBinary(await scene.file('short', '\x7fELF')), false);
});

test('Go is told by the section of its build information, or by what is in it where sections are cut off', async (t) => {
  const path = await goProgram(t, '-ldflags=-s -w');
  if (!path) return;
  assert.equal(await isGoBinary(path), true);
  const whole = await readFile(path);
  const withoutSections = Buffer.from(whole);
  withoutSections.writeUInt16LE(0, 60); // e_shnum
  const withoutMagic = Buffer.from(whole);
  const magic = Buffer.from('\xff Go buildinf:', 'latin1');
  for (let at = whole.indexOf(magic); at !== -1; at = whole.indexOf(magic, at + 1)) withoutMagic.fill(0, at, at + magic.length);
  for (const bytes of [withoutSections, withoutMagic]) {
    await writeFile(`${path}.cut`, bytes);
    assert.equal(await isGoBinary(`${path}.cut`), true);
  }
  withoutMagic.writeUInt16LE(0, 60);
  await writeFile(`${path}.cut`, withoutMagic);
  assert.equal(await isGoBinary(`${path}.cut`), false);
});

test('an executable that lies about its size asks for no more than a block', async () => {
  const lie = Buffer.alloc(64, 0xff);
  lie.write('\x7fELF\x02\x01', 'latin1');
  const path = await scene.file('lie', '');
  await writeFile(path, lie);
  assert.equal(await isGoBinary(path).catch(() => false), false);
});

const javaSource = `
public class App {
  public static void main(String[] args) throws Exception {
    if (args.length > 0) sun.misc.Signal.handle(new sun.misc.Signal("HUP"), s -> System.out.println("took"));
    System.out.println("ready");
    Thread.sleep(1000000);
  }
}
`;

test('a Java program is signalled only when the step vouches for it', async (t) => {
  if (spawnSync('java', ['-version']).error) return t.skip('needs java');
  const path = await scene.file('App.java', javaSource);
  const app = await scene.start('java', ['-Xshare:auto', path, 'handle']);
  const { world, kills } = attempt(agent.pid);
  await assert.rejects(
    sendAndWatch(hup(commandMatches(path)), world),
    refusal(/Java programs catch every signal/, /handled: true/),
  );
  assert.deepEqual(kills, []);
  await sendAndWatch(hup(commandMatches(path), { handled: true }), world);
  await app.says('took');
});

test('a Ruby program is signalled only when the step vouches for it', async (t) => {
  if (spawnSync('ruby', ['--version']).error) return t.skip('needs ruby');
  const path = await scene.file('app.rb', "$stdout.sync = true\nSignal.trap('HUP') { puts 'took' }\nputs 'ready'\nsleep\n");
  const app = await scene.start('ruby', [path]);
  const { world, kills } = attempt(agent.pid);
  await assert.rejects(sendAndWatch(hup(commandMatches(path)), world), refusal(/Ruby programs catch every signal/));
  assert.deepEqual(kills, []);
  await sendAndWatch(hup(commandMatches(path), { handled: true }), world);
  await app.says('took');
});
