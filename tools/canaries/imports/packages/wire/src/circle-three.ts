/** canary: no-cycles */

import './circle-one.ts';
