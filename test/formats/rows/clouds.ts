import type { Row } from '../row.ts';

export const clouds: readonly Row[] = [];
