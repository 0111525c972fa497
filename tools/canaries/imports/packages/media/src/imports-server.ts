/** canary: media-is-data */

import '@tacet/server';
