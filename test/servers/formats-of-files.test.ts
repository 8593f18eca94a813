/** Formats of configuration, clouds, keys and certificates, read back by programs and libraries of Debian, Go, Python, Java and Ruby. */
import { prove } from '../formats/proof.ts';
import { clouds } from '../formats/rows/clouds.ts';
import { data, dataVariants } from '../formats/rows/data.ts';
import { tls } from '../formats/rows/tls.ts';

for (const row of [...data, ...clouds, ...tls, ...dataVariants]) prove(row, 'test:servers');
