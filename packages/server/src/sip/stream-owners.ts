/** Who is heard on each offered stream, from the metadata; with a fallback for clients that do not say. */
import type { OfferedStream } from '@tacet/wire/sdp';
import { type RecordingMetadata, type StreamParties, streamParties } from '@tacet/wire/siprec';

/** The metadata's stream for a media line: by label, or by place where labels are missing and the counts agree. */
function partiesOf(line: OfferedStream, all: readonly StreamParties[], lineCount: number): StreamParties | undefined {
  const named = line.label === undefined ? undefined : all.find(({ label }) => label === line.label);
  if (named !== undefined) return named;
  const byPlace = all.length === lineCount ? all[line.index] : undefined;
  return line.label === undefined || byPlace?.label === undefined ? byPlace : undefined;
}

/** One stream each, in order; a lone stream carries everyone. With more participants than streams nobody can tell. */
function guessedOwners(lines: readonly OfferedStream[], here: readonly string[]): readonly (readonly string[])[] {
  const streams = lines.filter(({ isAcceptable }) => isAcceptable);
  if (streams.length > 1 && here.length > streams.length) return lines.map(() => []);
  return lines.map((line) => {
    const place = streams.indexOf(line);
    if (place < 0) return [];
    return streams.length === 1 ? here : here.slice(place, place + 1);
  });
}

/**
 * For each media line the ids of participants who send it. Some clients leave all associations out (RFC 7865 §6.8):
 * then it is guessed from the order, for an unnamed stream helps nobody and nothing is withheld or kept by it.
 */
export function streamOwners(
  lines: readonly OfferedStream[],
  metadata: RecordingMetadata,
  present: ReadonlySet<string>,
): readonly (readonly string[])[] {
  const here = metadata.participants.map(({ id }) => id).filter((id) => present.has(id));
  if (metadata.participantStreams.length === 0) return guessedOwners(lines, here);
  const all = streamParties(metadata);
  return lines.map((line) => {
    const senders = partiesOf(line, all, lines.length)?.senders ?? [];
    return senders.map(({ id }) => id).filter((id) => present.has(id));
  });
}
