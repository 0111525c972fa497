/** canary: no-tests-in-product */

import './quiet.test.ts';
