/** canary: edges-never-sideways */

import '../notify/neighbour.ts';
