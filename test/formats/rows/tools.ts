import type { Row } from '../row.ts';

export const tools: readonly Row[] = [];
