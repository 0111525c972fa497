/** canary: domain-is-pure */

import 'node:fs';
