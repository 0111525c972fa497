/** canary: lint/correctness/noUndeclaredDependencies */

import { parse } from 'yaml';

export const parsed: unknown = parse('');
