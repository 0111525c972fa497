/** The page of settings as it must stand in docs/operating: the table of the code, and nothing written by hand. */

import { settingsTable } from '@tacet/server/config';

/** Where the page stands, from the root of the tree. */
export const settingsPagePath: string = 'docs/operating/settings.md';

const head = `# Settings

<!-- Written by tools/settings-docs.ts from packages/server/src/settings.ts. Change it there. -->

Settings come from the environment, or from a YAML file that is a flat list of the same names:

\`\`\`sh
TACET_HTTP_LISTEN=0.0.0.0:8080 npm start
npx tacet serve --config tacet.yaml
\`\`\`

\`\`\`yaml
TACET_HTTP_LISTEN: 0.0.0.0:8080
TACET_MEDIA_WORKERS: 2
\`\`\`

Where both name a setting, the environment wins. A setting that is misspelt, unknown or out of range stops the start with
one sentence that names it. Settings are read once, at the start. The id and the secret of the admin client are set
together, or neither.
`;

/** The whole page. */
export function settingsPage(): string {
  return `${head}\n${settingsTable()}\n`;
}
