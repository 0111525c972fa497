/** canary: edges-never-sideways */

import '../sip/neighbour.ts';
