/** Writes docs/operating/log.md anew; run it after a change of the table of log lines. */

import { writeFileSync } from 'node:fs';
import { logPage, logPagePath } from './log-docs/log-page.ts';

writeFileSync(logPagePath, logPage());
console.log(`log: ${logPagePath} is written`);
