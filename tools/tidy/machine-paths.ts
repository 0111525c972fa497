/** Nothing in the tree may name a place of the machine it was written on. */

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Finding } from '../findings.ts';

/** What is read: text that we write. Lock files are made by the package manager. */
const textFile = /(\.(ts|js|cjs|mjs|json|md|yaml|yml|xml|html|css|sh|txt)|(^|\/)run|(^|\/)\.[a-z]+)$/;
const lockFile = /(^|\/)package-lock\.json$/;

/** Home folders of people, wherever this runs. */
const homeFolders = /(?<![\w.-])(\/home\/[a-z][\w.-]*\/|\/Users\/[A-Za-z][\w.-]*\/|[A-Z]:\\Users\\)/;

/** Folders that every machine has: living below them says nothing about the machine. */
const ordinaryFolders: ReadonlySet<string> = new Set(['/', '/tmp', '/opt', '/usr', '/var', '/srv', '/mnt', '/home']);

/** Looks for home folders, and for the folders around this very tree. */
export function findMachinePaths(root: string, paths: readonly string[]): readonly Finding[] {
  const here = [root, homedir(), dirname(root)]
    .filter((folder) => !ordinaryFolders.has(folder))
    .map((each) => `${each}/`);
  const findings: Finding[] = [];
  for (const path of paths) {
    if (!textFile.test(path) || lockFile.test(path)) continue;
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .forEach((text, index) => {
        const found = here.find((folder) => text.includes(folder)) ?? homeFolders.exec(text)?.[0];
        if (found === undefined) return;
        findings.push({ path, line: index + 1, rule: 'machine-path', message: `"${found}" is a place on one machine` });
      });
  }
  return findings;
}
