/** canary: domain-is-pure */

import type {} from '@tacet/server';
