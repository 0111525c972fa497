/** The page of operations as it must stand in docs/contract: facts, doors and notes, and nothing written by hand. */

import type { Door } from '../../packages/server/src/http/door.ts';
import { contractDoors, type Notes, type Standing, standings } from './coverage.ts';
import { client, isGoneFromClient, legacyClient, type Operation } from './operations.ts';

/** Where the page stands, from the root of the tree. */
export const operationsPagePath: string = 'docs/contract/operations.md';

const marks: { readonly [standing in Standing['isAnswered']]: string } = { whole: 'yes', part: 'in part', not: 'no' };

function flagsOf(operation: Operation): string {
  const flags = [
    ...(operation.preview ? ['preview'] : []),
    ...(operation.deprecated ? ['deprecated'] : []),
    ...(isGoneFromClient(operation) ? [`not in client ${client}`] : []),
  ];
  return flags.length === 0 ? '' : ` (${flags.join(', ')})`;
}

function rowOf({ operation, isAnswered, remarks }: Standing): string {
  const place = `\`${operation.verb} ${operation.path.replace('/api/v2', '')}\`${flagsOf(operation)}`;
  const text = remarks.join(' ').replaceAll('|', '\\|');
  return `| \`${operation.operationId}\` | ${place} | ${marks[isAnswered]} | ${text} |`;
}

function countsOf(some: readonly Standing[]): string {
  const count = (standing: Standing['isAnswered']): number => some.filter((one) => one.isAnswered === standing).length;
  return `${some.length} | ${count('whole')} | ${count('part')} | ${count('not')}`;
}

function sectionOf(api: string, some: readonly Standing[]): string {
  return `## ${api}

| operation | path, after \`/api/v2\` | answered | what differs, or why not |
|---|---|---|---|
${some.map(rowOf).join('\n')}
`;
}

function overviewOf(byApi: ReadonlyMap<string, readonly Standing[]>, all: readonly Standing[]): string {
  const rows = [...byApi].map(([api, some]) => `| [${api}](#${api.toLowerCase()}) | ${countsOf(some)} |`);
  return `| API | operations | answered | in part | not |
|---|---|---|---|---|
${rows.join('\n')}
| all | ${countsOf(all)} |
`;
}

function beyondOf(doors: readonly Door[], operations: readonly Operation[]): string {
  const known = new Set(operations.map(({ operationId }) => operationId));
  const beyond = contractDoors(doors).filter(({ operation }) => !known.has(operation));
  if (beyond.length === 0) return '';
  const rows = beyond.map(
    ({ method, path, operation, summary }) => `| \`${operation}\` | \`${method} ${path}\` | ${summary} |`,
  );
  return `
## Beyond these

Under the contract's paths, but not among the operations above.

| operation | path | what it does |
|---|---|---|
${rows.join('\n')}
`;
}

const head = `# Every operation

<!-- Written by tools/contract-table.ts from docs/contract/operations.json, the doors of packages/server/src/http and
the notes in tools/contract. Change it there. -->

The operations of the contract that have to do with conversations, their recordings, and those who may touch them, by the
names of the official JavaScript client ${client}; chats by those of ${legacyClient}, since newer ones have dropped them.
"In part" says what differs; "no" says why. What holds for all of them is in [README.md](README.md).
`;

/** The whole page. */
export function operationsPage(operations: readonly Operation[], doors: readonly Door[], notes: Notes): string {
  const all = standings(operations, doors, notes);
  const byApi = Map.groupBy(all, ({ operation }) => operation.api);
  const sections = [...byApi].map(([api, some]) => sectionOf(api, some));
  return `${[head, overviewOf(byApi, all), ...sections].join('\n')}${beyondOf(doors, operations)}`;
}
