/** canary: edges-never-sideways */

import '../oauth/neighbour.ts';
