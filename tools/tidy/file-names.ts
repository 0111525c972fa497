/** File names say what is inside; some words say nothing and are refused. */

import type { Finding } from '../findings.ts';
import { isTypeScript } from '../source-files.ts';

const emptyWords: ReadonlySet<string> = new Set([
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'misc',
  'manager',
  'service',
]);

/** The one port whose glossary name holds such a word. */
const allowedNames = /^(key-service)([.-]|$)/;

/** Looks at every folder and file name on the way to each TypeScript file. */
export function findBannedFileNames(paths: readonly string[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const path of paths.filter(isTypeScript)) {
    for (const part of path.split('/')) {
      if (allowedNames.test(part)) continue;
      const word = part.split(/[-.]/).find((each) => emptyWords.has(each));
      if (word === undefined) continue;
      const message = `"${word}" in "${part}" says nothing about what is inside; name it after its idea`;
      findings.push({ path, line: 0, rule: 'empty-file-name', message });
    }
  }
  return findings;
}
