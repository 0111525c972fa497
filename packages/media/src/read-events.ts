/** What happened in pages, read back event by event in the order in which it came. */
import type { Instant, SegmentDescriptor } from '@tacet/domain';
import type { ItemFlaw } from './read-items.ts';
import { readSegment, type SegmentPorts } from './read-segment.ts';

/** An event as it was recorded, or a snapshot of the page together with what belongs to it. */
export interface StoredEvent {
  readonly arrivedAt: Instant;
  readonly parts: readonly object[];
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** @returns nothing where the unit is no event: what stands for one that was not to be read. */
function partsOf(bytes: Uint8Array): readonly object[] | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    if (typeof value !== 'object' || value === null) return undefined;
    return Array.isArray(value) ? (value as readonly object[]) : [value];
  } catch {
    return undefined;
  }
}

/**
 * Reads one segment; where it is damaged, a flaw stands behind what could be read.
 * @throws Fault recordingDamaged when its blob is not there; storageUnavailable when it cannot be read now.
 */
export async function readEvents(
  segment: SegmentDescriptor,
  ports: SegmentPorts,
): Promise<readonly (StoredEvent | ItemFlaw)[]> {
  const { units, flaw } = await readSegment(segment, ports);
  const events = units.flatMap(({ arrivedAt, bytes }): readonly StoredEvent[] => {
    const parts = partsOf(bytes);
    return parts === undefined ? [] : [{ arrivedAt, parts }];
  });
  return flaw === undefined ? events : [...events, flaw];
}
