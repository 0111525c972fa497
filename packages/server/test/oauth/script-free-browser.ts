/** A browser without scripts: cookies, redirects within the server, and forms as they stand in the page. */
import assert from 'node:assert/strict';
import { request } from 'node:http';

export interface Shown {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly url: URL;
  readonly text: string;
  /** Where it would go next: an address outside of the server. */
  readonly leadsTo?: URL;
}

interface Cookie {
  readonly value: string;
  readonly path: string;
  readonly attributes: string;
}

export class ScriptFreeBrowser {
  readonly #origin: string;
  /** By name and path, as browsers tell them apart. */
  readonly cookies = new Map<string, Cookie>();

  constructor(port: number) {
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** Follows redirects for as long as they stay here. */
  async get(path: string, headers: Record<string, string> = {}): Promise<Shown> {
    const shown = await this.once('GET', path, undefined, headers);
    return this.#follow(shown);
  }

  /** Sends the form of a page that has a step, with what is typed into it. */
  async submit(page: Shown, step: string, typed: Record<string, string> = {}): Promise<Shown> {
    const { action, fields } = formOf(page, step);
    return this.post(new URL(action, page.url).pathname, { ...fields, ...typed });
  }

  async post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Shown> {
    const own = { origin: this.#origin, 'sec-fetch-site': 'same-origin' };
    return this.#follow(await this.once('POST', path, new URLSearchParams(fields).toString(), { ...own, ...headers }));
  }

  /** One request, no redirects. */
  once(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Shown> {
    const url = new URL(path, this.#origin);
    const cookie = this.#cookiesFor(url.pathname);
    const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = { accept: 'text/html', ...(cookie === '' ? {} : { cookie }), ...form, ...headers };
    return new Promise((resolve, reject) => {
      const asked = request(url, { method, headers: sent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          this.#keep(response.headers['set-cookie'] ?? []);
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, url, text });
        });
        response.on('error', reject);
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  cookie(name: string): Cookie | undefined {
    return [...this.cookies].find(([key]) => key.startsWith(`${name};`))?.[1];
  }

  async #follow(first: Shown): Promise<Shown> {
    let shown = first;
    for (let hops = 0; hops < 10; hops += 1) {
      const { location } = shown.headers;
      if (shown.status !== 303 || typeof location !== 'string') return shown;
      const target = new URL(location, shown.url);
      if (target.origin !== this.#origin) return { ...shown, leadsTo: target };
      shown = await this.once('GET', `${target.pathname}${target.search}`);
    }
    assert.fail('redirects go round in circles');
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(/; */);
      const at = pair.indexOf('=');
      const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/';
      const key = `${pair.slice(0, at)};${path}`;
      const isOver = attributes.some((each) => /^expires=Thu, 01 Jan 1970/i.test(each));
      if (isOver) this.cookies.delete(key);
      else this.cookies.set(key, { value: pair.slice(at + 1), path, attributes: attributes.join('; ') });
    }
  }

  #cookiesFor(pathname: string): string {
    return [...this.cookies]
      .filter(([, { path }]) => path === '/' || pathname === path || pathname.startsWith(`${path}/`))
      .sort(([, a], [, b]) => b.path.length - a.path.length)
      .map(([key, { value }]) => `${key.split(';')[0]}=${value}`)
      .join('; ');
  }
}

/** The form of a step as it stands in a page. */
export function formOf(
  { text }: Pick<Shown, 'text'>,
  step: string,
): { readonly action: string; readonly fields: Record<string, string> } {
  const forms = [...text.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)];
  const form = forms.find(([, , inside = '']) => inside.includes(`name="step" value="${step}"`));
  assert.ok(form !== undefined, `the page has a form for ${step}: ${text.replace(/<style>[\s\S]*<\/style>/, '')}`);
  const [, action = '', inside = ''] = form;
  const fields = [...inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  return { action, fields: Object.fromEntries(fields) };
}

/** What a page says, without markup. */
export function wordsOf({ text }: Pick<Shown, 'text'>): string {
  return text
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ')
    .trim();
}
