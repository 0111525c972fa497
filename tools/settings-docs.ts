/** Writes docs/operating/settings.md anew; run it after a change of the table of settings. */

import { writeFileSync } from 'node:fs';
import { settingsPage, settingsPagePath } from './settings-docs/settings-page.ts';

writeFileSync(settingsPagePath, settingsPage());
console.log(`settings: ${settingsPagePath} is written`);
