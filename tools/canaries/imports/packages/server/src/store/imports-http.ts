/** canary: store-below-edges */

import '../http/neighbour.ts';
