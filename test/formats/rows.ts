import type { Row } from './row.ts';
import { clouds } from './rows/clouds.ts';
import { data, dataVariants } from './rows/data.ts';
import { databases, databaseVariants } from './rows/databases.ts';
import { environment } from './rows/environment.ts';
import { tls } from './rows/tls.ts';
import { tools } from './rows/tools.ts';

/** Every format that is shipped, each once. */
export const rows: readonly Row[] = [...environment, ...data, ...databases, ...tools, ...clouds, ...tls];

/** Some of them once more, with other options. */
export const variants: readonly Row[] = [...dataVariants, ...databaseVariants];
