import { prove } from './proof.ts';
import { rows, variants } from './rows.ts';

for (const row of [...rows, ...variants]) prove(row, 'npm test');
