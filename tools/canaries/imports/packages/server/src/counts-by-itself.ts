/** canary: telemetry-in-observe */

import 'prom-client';
