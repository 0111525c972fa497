/** canary: capture-knows-no-protocol */

import 'node:dgram';
