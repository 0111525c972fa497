/** Writes docs/contract/operations.md anew; run it after a change of a door, of a fact or of a note. */

import { writeFileSync } from 'node:fs';
import { findDisagreements } from './contract/coverage.ts';
import { describedDoors } from './contract/door-list.ts';
import { notes } from './contract/notes.ts';
import { operations } from './contract/operations.ts';
import { operationsPage, operationsPagePath } from './contract/page.ts';

const doors = describedDoors();
writeFileSync(operationsPagePath, operationsPage(operations, doors, notes));
console.log(`contract: ${operationsPagePath} is written`);
for (const disagreement of findDisagreements(operations, doors, notes)) console.log(`contract: ${disagreement}`);
