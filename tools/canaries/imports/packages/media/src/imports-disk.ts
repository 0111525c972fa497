/** canary: media-is-data */

import 'node:fs';
