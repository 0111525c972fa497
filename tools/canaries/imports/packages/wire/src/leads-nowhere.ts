/** canary: no-unresolved */

import './nowhere.ts';
