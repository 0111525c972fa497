/** The addresses for which mail is taken: single ones, and all of a domain. */

/** Whether an entry is an address, or `@` and a domain. */
export function isMailAddress(entry: string): boolean {
  return entry.length <= 254 && /^[^\s@<>"]{0,64}@[A-Za-z0-9.-]{1,253}$/.test(entry);
}

export class MailAddresses {
  readonly #entries: ReadonlySet<string>;

  constructor(entries: readonly string[]) {
    this.#entries = new Set(entries.map((entry) => entry.toLowerCase()));
  }

  has(address: string): boolean {
    const plain = address.toLowerCase();
    return this.#entries.has(plain) || this.#entries.has(plain.slice(plain.lastIndexOf('@')));
  }

  /** Whether the address belongs to a domain of ours, whoever it is there. */
  isOurs(address: string): boolean {
    const domain = address.toLowerCase().slice(address.lastIndexOf('@'));
    return this.has(address) || [...this.#entries].some((entry) => entry.endsWith(domain) && domain.length > 1);
  }
}
