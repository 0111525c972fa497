/** canary: control-below-edges */

import '../notify/neighbour.ts';
