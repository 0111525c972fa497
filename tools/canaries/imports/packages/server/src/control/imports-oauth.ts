/** canary: control-below-edges */

import '../oauth/neighbour.ts';
