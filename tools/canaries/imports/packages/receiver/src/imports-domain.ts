/** canary: receiver-is-sockets */

import '@tacet/domain';
