/** `npm run bench -- [--only start|templates|fleet] [--rounds N]`: every figure is a ratio to a yardstick of the same run (bench/README.md). */
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: { only: { type: 'string', default: 'start,templates,fleet' }, rounds: { type: 'string', default: '15' } },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number');
for (const part of options.only.split(',')) await run(part);

async function run(part: string): Promise<void> {
  switch (part) {
    case 'start':
      return (await import('./start.ts')).benchStart(rounds);
    case 'templates':
      return (await import('./templates.ts')).benchTemplates(rounds);
    case 'fleet':
      return (await import('./fleet.ts')).benchFleet();
    default:
      throw new Error('--only takes start, templates, fleet');
  }
}
