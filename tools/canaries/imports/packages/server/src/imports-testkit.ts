/** canary: testkit-for-tests */

import '@tacet/testkit';
