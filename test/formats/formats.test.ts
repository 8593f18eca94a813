import { prove } from './proof.ts';
import { rows } from './rows.ts';

for (const row of rows) prove(row, 'npm test');
