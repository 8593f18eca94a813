/** The formats of `templates/`, read back by programs and libraries of Debian, Go, Python's and Java's registries. */
import { prove } from '../formats/proof.ts';
import { rows, variants } from '../formats/rows.ts';

for (const row of [...rows, ...variants]) prove(row, 'test:servers');
