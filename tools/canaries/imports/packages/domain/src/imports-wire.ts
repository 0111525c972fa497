/** canary: domain-is-pure */

import '@tacet/wire/rtp';
