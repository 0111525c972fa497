/** canary: edges-never-sideways */

import '../voice/neighbour.ts';
