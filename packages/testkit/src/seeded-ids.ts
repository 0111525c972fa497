/** Ids drawn from a seed, so that a failing run can be repeated with every id the same. */
import type { Id, IdSource } from '@tacet/domain';
import { seededRandom } from './seeded-random.ts';

/** UUIDs version 4 in an order that only the seed decides. */
export function seededIds(seed: number): IdSource {
  const random = seededRandom(seed, 'ids');
  return {
    next<T extends Id<string>>(): T {
      const bytes = Buffer.from(random.bytes(16));
      bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
      bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
      const hex = bytes.toString('hex');
      const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
      return groups.join('-') as T;
    },
  };
}
