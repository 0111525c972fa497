/** canary: disk-in-two-files */

import 'node:fs/promises';
