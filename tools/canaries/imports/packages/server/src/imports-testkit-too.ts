/** canary: server-builds-on-parts */

import '@tacet/testkit';
