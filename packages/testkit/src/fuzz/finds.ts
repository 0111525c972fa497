/** Inputs at which a fuzz test failed: kept as files beside the test, and tried first in every run from then on. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** In the folder of the test file that runs, one for each parser. */
function folderOf(parser: string): string {
  return join(dirname(process.argv[1] ?? ''), 'finds', parser.toLowerCase().replace(/[^a-z0-9]+/g, '-'));
}

export function findsOf(parser: string): readonly Uint8Array[] {
  const folder = folderOf(parser);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .map((name) => new Uint8Array(readFileSync(join(folder, name))));
}

/** Keeps an input, by a name made of its content. Ordinary test runs write nothing: they say by seed and number what failed. */
export function keepFind(parser: string, input: Uint8Array): void {
  if (process.env['FUZZ_REPORT'] === undefined) return;
  const folder = folderOf(parser);
  mkdirSync(folder, { recursive: true });
  const name = `${createHash('sha256').update(input).digest('hex').slice(0, 12)}.bin`;
  writeFileSync(join(folder, name), input);
  process.stderr.write(`fuzz: kept ${join(folder, name)}; to repeat: node --test ${process.argv[1]}\n`);
}
