/** The notes of this server about the contract, as the generated table shows them. */

import type { Notes } from './coverage.ts';
import { missing } from './notes-missing.ts';
import { partial } from './notes-partial.ts';

export const notes: Notes = { missing, partial };
