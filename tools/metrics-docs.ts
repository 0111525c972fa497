/** Writes docs/operating/metrics.md anew; run it after a change of the table of metrics. */

import { writeFileSync } from 'node:fs';
import { metricsPage, metricsPagePath } from './metrics-docs/metrics-page.ts';

writeFileSync(metricsPagePath, metricsPage());
console.log(`metrics: ${metricsPagePath} is written`);
