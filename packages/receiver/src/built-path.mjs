/**
 * Where the native code is, by the sources it was made from: one that was made from others, by an earlier version, is not
 * found. Plain JavaScript, because npm may install under a Node that strips no types.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @param {string} name */
const beside = (name) => fileURLToPath(new URL(name, import.meta.url));

export const sources = ['receiver.c', 'sealer.c', 'ears.c'].map(beside);
const hash = createHash('sha256');
for (const path of [...sources, beside('values.h'), beside('../build.mjs')]) hash.update(readFileSync(path));

export const built = beside(`../build/receiver-${hash.digest('hex').slice(0, 16)}.node`);
