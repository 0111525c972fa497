/** The items of a recording, read back in the order in which they came. */
import type { Fault, Instant, SegmentDescriptor } from '@tacet/domain';
import { decodeItem, type Item } from './item-unit.ts';
import { readSegment, type SegmentPorts } from './read-segment.ts';

/** An item as it was recorded. */
export interface StoredItem extends Item {
  readonly arrivedAt: Instant;
}

/** From here on a segment is damaged: what else it held cannot be told. */
export interface ItemFlaw {
  readonly from: Instant;
  readonly fault: Fault;
}

/**
 * Reads one segment after another; a damaged one is told of as a flaw, and the next one is read.
 * @throws Fault recordingDamaged when a blob is not there; storageUnavailable when it cannot be read now.
 */
export async function* readItems(
  segments: readonly SegmentDescriptor[],
  ports: SegmentPorts,
): AsyncGenerator<StoredItem | ItemFlaw, void, void> {
  const inOrder = [...segments].sort((a, b) => a.captured.from - b.captured.from || a.number - b.number);
  for (const segment of inOrder) {
    const { units, flaw } = await readSegment(segment, ports);
    for (const { arrivedAt, bytes } of units) {
      const item = decodeItem(bytes);
      if (item !== undefined) yield { arrivedAt, ...item };
    }
    if (flaw !== undefined) yield flaw;
  }
}
