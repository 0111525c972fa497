/** canary: control-below-edges */

import '../voice/neighbour.ts';
