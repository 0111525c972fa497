/** The page of log lines as it must stand in docs/operating: the table of the code, and nothing written by hand. */

import { logFactNames, logLines } from '@tacet/server/log-lines';

/** Where the page stands, from the root of the tree. */
export const logPagePath: string = 'docs/operating/log.md';

const head = `# Log lines

<!-- Written by tools/log-docs.ts from packages/server/src/log-lines.ts. Change it there. -->

Every line is one JSON object on standard output: \`at\`, \`level\`, \`event\`, its facts, and within a request \`request\` and
\`trace\` ([monitoring.md](monitoring.md)). Facts are ids of ours, counts, codes from closed lists, and settings.

| event | level | facts | means |
|---|---|---|---|
`;

/** The whole page. */
export function logPage(): string {
  const lines = Object.entries(logLines).map(([event, { level, facts, meaning }]) => {
    const shown = facts.map((fact) => `\`${fact}\``).join(', ');
    return `| \`${event}\` | ${level} | ${shown} | ${meaning} |`;
  });
  const kinds = Object.entries(logFactNames).map(([name, kind]) => `| \`${name}\` | ${kind} |`);
  return `${head}${lines.join('\n')}\n\n| fact | is |\n|---|---|\n${kinds.join('\n')}\n`;
}
