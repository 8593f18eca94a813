/** Formats of environments, databases and package registries, read back by programs and libraries of Debian, Go, Python and Java. */
import { prove } from '../formats/proof.ts';
import { databases, databaseVariants } from '../formats/rows/databases.ts';
import { environment } from '../formats/rows/environment.ts';
import { tools } from '../formats/rows/tools.ts';

for (const row of [...environment, ...databases, ...tools, ...databaseVariants]) prove(row, 'test:servers');
