/** canary: no-cycles */

import './circle-three.ts';
