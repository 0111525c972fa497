/** canary: control-below-edges */

import '../audiohook/neighbour.ts';
