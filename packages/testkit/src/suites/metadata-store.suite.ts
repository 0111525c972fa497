/** What every brand of metadata store must do; each brand's tests run it. */
import { describe } from 'node:test';
import { auditRules } from './metadata-audit.ts';
import { batchRules } from './metadata-batches.ts';
import { documentRules } from './metadata-documents.ts';
import { eventRules } from './metadata-events.ts';
import { searchRules } from './metadata-search.ts';
import { timelineRules } from './metadata-timelines.ts';
import type { MakeMetadataStore } from './metadata-under-test.ts';

export type { MakeMetadataStore } from './metadata-under-test.ts';

/** Registers the tests under the name of the brand. */
export function metadataStoreSuite(name: string, make: MakeMetadataStore): void {
  describe(`metadata store: ${name}`, () => {
    batchRules(make);
    eventRules(make);
    searchRules(make);
    timelineRules(make);
    documentRules(make);
    auditRules(make);
  });
}
