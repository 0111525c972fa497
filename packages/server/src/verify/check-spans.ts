/** Withheld spans against the audit log: a span that was changed, invented or removed behind its back is found. */
import type { AuditEntry, Conversation, MetadataStore, WithheldSpan } from '@tacet/domain';
import type { VerifyFinding } from './finding.ts';

const pageSize = 100;

async function entriesOf(store: MetadataStore, conversation: Conversation): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let after = 0; ; ) {
    const page = await store.audit({ conversationId: conversation.id, after, limit: pageSize });
    entries.push(...page.items);
    const last = page.items.at(-1);
    if (last === undefined || page.items.length < pageSize) return entries;
    after = last.number;
  }
}

/** Yields what does not agree; spans that a fault made (a resume that was taken back) have no pause entry of their own. */
export async function* checkSpans(
  store: MetadataStore,
  conversation: Conversation,
  spans: readonly WithheldSpan[],
): AsyncGenerator<VerifyFinding> {
  const entries = await entriesOf(store, conversation);
  const pauses = entries.filter((entry) => entry.action === 'recordingPaused' && entry.result === 'done');
  for (const pause of pauses) {
    const spanId = String(pause.facts['spanId']);
    const span = spans.find((one) => one.id === spanId);
    if (span === undefined) {
      yield { part: 'span', id: spanId, what: `the pause of audit entry ${pause.number} has no span` };
    } else if (span.closedAt !== pause.facts['closedAt']) {
      yield { part: 'span', id: spanId, what: `begins at another instant than audit entry ${pause.number} says` };
    }
  }
  const opened = new Set(
    entries.filter((entry) => entry.action === 'recordingResumed').map((entry) => entry.facts['openedAt']),
  );
  const audited = new Set(pauses.map((pause) => String(pause.facts['spanId'])));
  for (const span of spans) {
    const isTakenBack = entries.some((e) => e.action === 'recordingResumed' && e.result === 'failed');
    if (!audited.has(span.id) && !isTakenBack) {
      yield { part: 'span', id: span.id, what: 'no audit entry tells of this pause' };
    }
    const wasGranted = entries.some((e) => e.action === 'resumeGranted' && e.facts['grantedAt'] === span.grantedAt);
    if (span.openedAt !== undefined && !opened.has(span.openedAt) && !wasGranted) {
      yield { part: 'span', id: span.id, what: 'ends at an instant of which no audit entry tells' };
    }
  }
}
