/** canary: packages-by-name */

import '../../domain/src/index.ts';
