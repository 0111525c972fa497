/** What an item of a recording can be found by: what was written in it, and the names of its files. */
import { Fault, type TextMask } from '@tacet/domain';
import { findNumbers, type ItemHead, type StoredItem, termsOf, withoutSpans } from '@tacet/media';
import type { OpenedMail } from '../mail/open-mail.ts';
import { searchLimits } from './search-limits.ts';

/** Opens a mail, within bounds of time and memory. @throws Fault formatUnavailable where it cannot be. */
export type OpenMail = (bytes: Uint8Array) => Promise<OpenedMail>;

/** Masking before an item is kept does not see what a mail encodes. */
const neverFound: ReadonlySet<TextMask> = new Set(['card', 'cvv']);

const entities: { readonly [name: string]: string } = { lt: '<', gt: '>', amp: '&', quot: '"' };

/** The words of HTML that was cleaned before, so that nothing but text stands between its tags. */
function textOf(html: string): string {
  return html.replace(/<[^>]*>/g, ' ').replace(/&(lt|gt|amp|quot);/g, (_, name: string) => entities[name] ?? ' ');
}

function textsOfHead({ subject, text, name, attachments = [] }: ItemHead): readonly (string | undefined)[] {
  return [subject, text, name, ...attachments.map((one) => one.name)];
}

async function textsOfMail({ body }: StoredItem, openMail: OpenMail): Promise<readonly (string | undefined)[]> {
  try {
    const { subject, text, html, attachments } = await openMail(body);
    const shown = html === undefined ? undefined : textOf(html);
    return [subject, text, shown, ...attachments.map(({ name }) => name)];
  } catch (error) {
    if (error instanceof Fault && error.code === 'formatUnavailable') return [];
    throw error;
  }
}

/** What was withheld is not in the item, and what was masked is not in it either. */
export async function termsOfItem(item: StoredItem, openMail: OpenMail): Promise<ReadonlySet<string>> {
  const { head } = item;
  const ofBody = head.kind === 'mail' ? await textsOfMail(item, openMail) : [];
  const terms = new Set<string>();
  let characters: number = searchLimits.itemCharactersMax;
  for (const text of [...textsOfHead(head), ...ofBody]) {
    if (text === undefined || characters <= 0) continue;
    const looked = text.slice(0, characters);
    characters -= looked.length;
    // Rule: card numbers and security codes are found in no item, masked or not
    const shown = withoutSpans(looked, findNumbers(looked, neverFound));
    for (const term of termsOf(shown, searchLimits.itemWordsMax)) terms.add(term);
  }
  return terms;
}
