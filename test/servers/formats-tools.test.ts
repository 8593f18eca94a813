/** Readers of tools' formats that are too slow for all the texts of a row, or want another row. */
import { prove } from '../formats/proof.ts';
import { cargoAlone } from '../formats/rows/tools.ts';

prove(cargoAlone, 'test:servers');
