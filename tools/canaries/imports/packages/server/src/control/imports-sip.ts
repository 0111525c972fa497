/** canary: control-below-edges */

import '../sip/neighbour.ts';
