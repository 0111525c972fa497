/** canary: wire-is-bytes */

import 'node:fs';
