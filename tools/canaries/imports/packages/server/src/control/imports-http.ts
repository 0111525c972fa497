/** canary: control-below-edges */

import '../http/neighbour.ts';
