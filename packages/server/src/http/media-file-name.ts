/** What a file of media is called when somebody saves it. */
import type { RecordingId } from '@tacet/domain';
import type { MediaFormat } from './ports.ts';

/** How a link's media is handed over. */
export interface MediaFile {
  readonly format: MediaFormat;
  /** As the caller wants it to be called. */
  readonly name?: string;
  /** For a browser to play it where it is, instead of saving it. */
  readonly isInline?: boolean;
}

/** Longer names are no use on any disk; the end is kept, with what it says of the kind of file. */
const nameCharactersMax = 150;

const extensions: { readonly [format in MediaFormat]: string } = {
  WAV: 'wav',
  WAV_ULAW: 'wav',
  WEBM: 'webm',
  OGG_VORBIS: 'ogg',
  OGG_OPUS: 'ogg',
  MP3: 'mp3',
};

/**
 * Letters, marks, digits and a little punctuation; whatever else might lead elsewhere or mislead somebody becomes a
 * line. Names that begin with a dot are hidden, and trailing dots are not kept by every system.
 */
function sanitised(name: string): string {
  return name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} ._()+-]/gu, '_')
    .replace(/^[. ]+|[. ]+$/gu, '');
}

function withoutExtension(name: string, extension: string): string {
  return name.toLowerCase().endsWith(`.${extension}`) ? name.slice(0, -extension.length - 1) : name;
}

/** Characters that RFC 8187 §3.2.1 wants encoded, of those that `encodeURIComponent` leaves alone. */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(/[()]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

/**
 * `Content-Disposition` (RFC 6266) of a file of media. A name of ours says nothing of the conversation (P13); one that
 * the caller wants is the caller's, without what a name may not have.
 */
export function contentDisposition(id: RecordingId, { format, name = '', isInline = false }: MediaFile): string {
  const extension = extensions[format];
  const wished = sanitised(withoutExtension(name, extension));
  return disposition(`${wished === '' ? `recording-${id}` : wished}.${extension}`, isInline);
}

/** A file that somebody sent: saved under its name, as far as that is one, and never shown where it is. */
export function savedAs(name: string | undefined, otherwise: string): string {
  const wished = sanitised((name ?? '').slice(-nameCharactersMax));
  return disposition(wished === '' ? otherwise : wished, false);
}

function disposition(full: string, isInline: boolean): string {
  const ascii = full.replace(/[^\x20-\x7e]/g, '_');
  const extended = ascii === full ? '' : `; filename*=UTF-8''${encoded(full)}`;
  return `${isInline ? 'inline' : 'attachment'}; filename="${ascii}"${extended}`;
}
