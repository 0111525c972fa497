/** Withheld spans against the audit log: a span that was changed, invented or removed behind its back is found. */
import type { AuditEntry, Conversation, MetadataStore, WithheldSpan } from '@tacet/domain';
import type { VerifyFinding } from './finding.ts';

const pageSize = 100;

/** All entries about a conversation, oldest first. */
export async function entriesOf(store: MetadataStore, conversation: Conversation): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let after = 0; ; ) {
    const page = await store.audit({ conversationId: conversation.id, after, limit: pageSize });
    entries.push(...page.items);
    const last = page.items.at(-1);
    if (last === undefined || page.items.length < pageSize) return entries;
    after = last.number;
  }
}

/** An entry with which a span began: a pause, or a resume that was taken back after a gate had opened. */
function beginsSpan({ action, result, facts }: AuditEntry): boolean {
  const isPause = action === 'recordingPaused' && result === 'done';
  const isTakenBack = action === 'recordingResumed' && result === 'failed';
  return (isPause || isTakenBack) && facts['spanId'] !== undefined;
}

function* checkEnds(entries: readonly AuditEntry[], spans: readonly WithheldSpan[]): Generator<VerifyFinding> {
  const ends = entries.filter((entry) => entry.facts['endedSpanId'] !== undefined);
  for (const { number, facts } of ends) {
    const id = String(facts['endedSpanId']);
    const span = spans.find((one) => one.id === id);
    if (span !== undefined && span.openedAt !== facts['openedAt']) {
      yield { part: 'span', id, what: `ends at another instant than audit entry ${number} says` };
    }
  }
  const told = new Set(ends.map((entry) => String(entry.facts['endedSpanId'])));
  const grants = entries.filter((entry) => entry.action === 'resumeGranted').map((entry) => entry.facts['grantedAt']);
  for (const { id, openedAt, grantedAt } of spans) {
    if (openedAt === undefined || told.has(id)) continue;
    // A crash between the grant and the end leaves no entry of the end; the span ended where the spool says.
    const isCutShort = grantedAt !== undefined && grants.includes(grantedAt) && openedAt >= grantedAt;
    if (!isCutShort) yield { part: 'span', id, what: 'ends at an instant of which no audit entry tells' };
  }
}

/** Yields what does not agree: each span has an entry with which it began, and ends where the audit log says. */
export function* checkSpans(entries: readonly AuditEntry[], spans: readonly WithheldSpan[]): Generator<VerifyFinding> {
  const begins = entries.filter(beginsSpan);
  for (const entry of begins) {
    const spanId = String(entry.facts['spanId']);
    const span = spans.find((one) => one.id === spanId);
    if (span === undefined) {
      yield { part: 'span', id: spanId, what: `the pause of audit entry ${entry.number} has no span` };
    } else if (span.closedAt !== entry.facts['closedAt']) {
      yield { part: 'span', id: spanId, what: `begins at another instant than audit entry ${entry.number} says` };
    }
  }
  const begun = new Set(begins.map((entry) => String(entry.facts['spanId'])));
  for (const span of spans) {
    if (!begun.has(span.id)) yield { part: 'span', id: span.id, what: 'no audit entry tells of this pause' };
  }
  yield* checkEnds(entries, spans);
}
