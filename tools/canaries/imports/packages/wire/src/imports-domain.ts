/** canary: wire-is-bytes */

import '@tacet/domain';
