/** A label for each media line that no other line of the offer has, the same in every offer that says the same. */
import type { OfferedStream } from '@tacet/wire/sdp';

/** The `a=label` of each line; its place, from `#1`, where it has none or an earlier line has the same. */
export function streamLabels(streams: readonly OfferedStream[]): readonly string[] {
  const given = new Set(streams.flatMap(({ label }) => label ?? []));
  const taken = new Set<string>();
  return streams.map(({ label, index }) => {
    const own = label !== undefined && !taken.has(label) ? label : undefined;
    let chosen = own ?? `#${index + 1}`;
    // Somebody may have given another line the label `#2`.
    while (own === undefined && (given.has(chosen) || taken.has(chosen))) chosen = `#${chosen}`;
    taken.add(chosen);
    return chosen;
  });
}
