/** canary: edges-never-sideways */

import '../http/neighbour.ts';
