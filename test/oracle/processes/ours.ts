import { parentPort } from 'node:worker_threads';
import type { Case } from '../case.ts';
import { ourAnswer } from '../ours.ts';

/** A thread that answers cases one by one: the main thread ends it when one takes too long. */
parentPort?.on('message', async (question: Case) => parentPort?.postMessage(await ourAnswer(question)));
