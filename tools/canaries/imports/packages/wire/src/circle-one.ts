/** canary: no-cycles */

import './circle-two.ts';
