import { runVectors } from './run-vectors.ts';

const paths = process.argv.slice(2);
if (paths.length === 0) {
  console.error('usage: npm run -s vectors -- FILE...');
  process.exit(2);
}
const { passed, failed, skipped, reasons } = await runVectors(paths, console.log);
for (const [reason, ids] of reasons) console.log(`skipped ${ids.length}: ${reason} (${ids.join(' ')})`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
