/** What a checker must say about a canary, and whether it did. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../source-files.ts';

/** Words that must stand together on one line of the output. */
export type Expectation = readonly string[];

/** Reads the marks `canary: <words>` in the files of a canary folder. */
export function markedExpectations(canaryFolder: string): readonly Expectation[] {
  return listFiles(canaryFolder).flatMap((path) => {
    const text = readFileSync(join(canaryFolder, path), 'utf8');
    return [...text.matchAll(/canary: (.+?)\s*(?:\*\/)?$/gm)].map((match) => [path, match[1] ?? '']);
  });
}

/** The expectations that no line of `output` meets. */
export function unmet(expectations: readonly Expectation[], output: string): readonly Expectation[] {
  const lines = output.split('\n');
  return expectations.filter((words) => !lines.some((line) => words.every((word) => line.includes(word))));
}
