/** Session description to text, in the order of lines that RFC 8866 §5 prescribes. */

import type { Attribute, Connection, MediaDescription, SessionDescription } from './description.ts';

/**
 * Writes a description with CRLF line ends. Line breaks and NUL inside values become spaces, so no value can smuggle
 * a line in. What `parseDescription` read comes back as the same value when read again.
 */
export function writeDescription(description: SessionDescription): string {
  const { origin } = description;
  const lines = [
    'v=0',
    `o=${origin.username} ${origin.sessionId} ${origin.sessionVersion} ` +
      `${origin.netType} ${origin.addressType} ${origin.address}`,
    `s=${description.name}`,
    ...description.connections.map(connectionLine),
    ...description.bandwidths.map((value) => `b=${value}`),
    ...description.times.map((value) => `t=${value}`),
    ...description.attributes.map(attributeLine),
    ...description.media.flatMap(mediaLines),
  ];
  return lines.map((line) => `${line.replace(/[\r\n\0]/g, ' ').trimEnd()}\r\n`).join('');
}

function mediaLines(media: MediaDescription): string[] {
  const ports = media.portCount === 1 ? `${media.port}` : `${media.port}/${media.portCount}`;
  return [
    ['m=', [media.kind, ports, media.protocol, ...media.formats].join(' ')].join(''),
    ...media.connections.map(connectionLine),
    ...media.bandwidths.map((value) => `b=${value}`),
    ...media.attributes.map(attributeLine),
  ];
}

function connectionLine(connection: Connection): string {
  return `c=${connection.netType} ${connection.addressType} ${connection.address}`;
}

function attributeLine(attribute: Attribute): string {
  return attribute.value === undefined ? `a=${attribute.name}` : `a=${attribute.name}:${attribute.value}`;
}
