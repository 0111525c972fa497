/** A mail as use-cases take it: the item with all its bytes, who takes part, and what ties it to others. */
import { type Purpose, type PurposeRule, purposeByRules } from '@tacet/domain';
import type { ItemHead, ItemParty } from '@tacet/media';
import type { Joining, Mail } from '../control/index.ts';
import type { MailHeaders, MailParty } from './mail-headers.ts';

/** People of one conversation, at its beginning; a mail to a whole department is no conversation of all of it. */
const peopleMax = 20;

export interface MailGround {
  readonly id: string;
  readonly headers: MailHeaders;
  readonly bytes: Uint8Array;
  /** Who sent it where its headers do not say. */
  readonly sender: string;
  readonly rules: readonly PurposeRule[];
  /** Whether an address is one of the operator's own. */
  readonly isOurs: (address: string) => boolean;
}

type Seen = MailParty & { readonly purpose: Purpose };

/** Everybody once, with what they are: rules first, then those of our own domains; the first of the others is the customer. */
function peopleOf({ headers, sender, rules, isOurs }: MailGround): readonly Seen[] {
  const from = headers.from.length > 0 ? headers.from : [{ address: sender === '' ? 'unknown' : sender }];
  const seen = new Map<string, Seen>();
  let hasCustomer = false;
  for (const [place, party] of [...from, ...headers.to, ...headers.cc].entries()) {
    const key = party.address.toLowerCase();
    if (seen.has(key) || seen.size === peopleMax) continue;
    const own: Purpose | undefined = isOurs(party.address) ? (place < from.length ? 'agent' : 'acd') : undefined;
    const purpose: Purpose = purposeByRules(rules, party.address) ?? own ?? (hasCustomer ? 'external' : 'customer');
    hasCustomer ||= purpose === 'customer';
    seen.set(key, { ...party, purpose });
  }
  return [...seen.values()];
}

function itemParty(people: readonly Seen[]): (party: MailParty) => ItemParty {
  return (party) => {
    const known = people.find(({ address }) => address.toLowerCase() === party.address.toLowerCase());
    return known === undefined ? party : { ...party, purpose: known.purpose };
  };
}

export function mailOf(ground: MailGround): Mail {
  const { id, headers, bytes } = ground;
  const { subject, sentAt, messageId, references } = headers;
  const people = peopleOf(ground);
  const [author] = people;
  const direction = author?.purpose === 'agent' ? 'outbound' : 'inbound';
  const party = itemParty(people);
  const head: ItemHead = {
    ...{ id, kind: 'mail', direction, contentType: 'message/rfc822' },
    ...(author === undefined ? {} : { from: author }),
    ...(headers.to.length === 0 ? {} : { to: headers.to.map(party) }),
    ...(headers.cc.length === 0 ? {} : { cc: headers.cc.map(party) }),
    ...(subject === undefined ? {} : { subject }),
    ...(sentAt === undefined ? {} : { sentAt }),
  };
  const joining: readonly Joining[] = people.map((who) => ({ who, direction }));
  const [to] = headers.to;
  const toAddress = to === undefined ? {} : { toAddress: to.address };
  const details = { provider: 'SMTP', fromAddress: author?.address ?? '', ...toAddress };
  return {
    item: { head, body: bytes },
    ...(messageId === undefined ? {} : { messageId }),
    references,
    joining,
    details,
  };
}
