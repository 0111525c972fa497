/** canary: impure-call: randomBytes */

import { randomBytes } from 'node:crypto';

export const branch: string = randomBytes(8).toString('hex');
