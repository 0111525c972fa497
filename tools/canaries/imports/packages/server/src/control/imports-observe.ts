/** canary: observe-from-above */

import '../observe/neighbour.ts';
