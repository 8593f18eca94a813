/**
 * `npm run bench -- [--only start|templates|fleet|vault|proof] [--rounds N] [--refreshes N] [--rotations N]`: every figure is a ratio to
 * a yardstick of the same run, but for the last (bench/README.md).
 */
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'start,templates,fleet,vault,proof' },
    rounds: { type: 'string', default: '15' },
    refreshes: { type: 'string', default: '450' },
    rotations: { type: 'string', default: '500' },
  },
});
const rounds = countIn('rounds');
const refreshes = countIn('refreshes');
for (const part of options.only.split(',')) await run(part);

async function run(part: string): Promise<void> {
  switch (part) {
    case 'start':
      return (await import('./start.ts')).benchStart(rounds);
    case 'templates':
      return (await import('./templates.ts')).benchTemplates(rounds);
    case 'fleet':
      return (await import('./fleet.ts')).benchFleet();
    case 'vault':
      return (await import('./vault.ts')).benchVault({ rounds, refreshes });
    case 'proof':
      return (await import('./proof.ts')).benchProof(countIn('rotations'));
    default:
      throw new Error('--only takes start, templates, fleet, vault, proof');
  }
}

function countIn(name: 'rounds' | 'refreshes' | 'rotations'): number {
  const count = Number(options[name]);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--${name} takes a number`);
  return count;
}
