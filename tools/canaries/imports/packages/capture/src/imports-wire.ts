/** canary: capture-knows-no-protocol */

import '@tacet/wire/rtp';
