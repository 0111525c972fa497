/** canary: control-below-edges */

import '../store/index.ts';
