import type { Row } from '../row.ts';

export const tls: readonly Row[] = [];
