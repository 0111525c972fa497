/** Chromium with our page for publishing: it paints what a test says, and sends it by WHIP. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';

/** What the page shows: a colour that fills it, and a dot that moves, so that there is a frame at every tick. */
const html = `<!doctype html><title>publisher</title><canvas id="c" width="640" height="360"></canvas><button id="b">share</button>
<script type="module">
import { publish } from './publish.mjs';
const canvas = document.getElementById('c');
const pen = canvas.getContext('2d');
let colour = '#000';
let tick = 0;
setInterval(() => {
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 640, 360);
  pen.fillStyle = '#fff';
  pen.fillRect((tick++ * 7) % 600, 4, 6, 6);
}, 50);
const sources = {
  canvas: async () => canvas.captureStream(20),
  display: () => navigator.mediaDevices.getDisplayMedia({ video: true, preferCurrentTab: true }),
  camera: () => navigator.mediaDevices.getUserMedia({ video: true, audio: true }),
};
let publication;
window.paint = (one) => { colour = one; document.body.style.background = one; };
window.begin = async (source, to) => { publication = await publish(await sources[source](), to); };
window.stop = () => publication.stop();
window.drop = () => publication.peer.close();
window.state = () => publication.peer.connectionState;
window.ready = true;
</script>`;

export type PublishedSource = 'canvas' | 'display' | 'camera';

export interface PublishTo {
  readonly url: string;
  readonly token: string;
}

/** One page that publishes. */
export class PublishingPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  paint(colour: string): Promise<void> {
    return this.#page.evaluate((one) => (globalThis as unknown as { paint(c: string): void }).paint(one), colour);
  }

  begin(source: PublishedSource, to: PublishTo): Promise<void> {
    return this.#page.evaluate(
      ([from, where]) =>
        (globalThis as unknown as { begin(s: string, t: unknown): Promise<void> }).begin(from as string, where),
      [source, to] as const,
    );
  }

  /** Ends the recording by `DELETE`. */
  stop(): Promise<void> {
    return this.#page.evaluate(() => (globalThis as unknown as { stop(): Promise<void> }).stop());
  }

  /** The connection goes without a word to Tacet's doors. */
  drop(): Promise<void> {
    return this.#page.evaluate(() => (globalThis as unknown as { drop(): void }).drop());
  }

  state(): Promise<string> {
    return this.#page.evaluate(() => (globalThis as unknown as { state(): string }).state());
  }

  close(): Promise<void> {
    return this.#page.close();
  }
}

/** With made-up devices there is no display but a made-up one, which paints what it likes: a tab that is shared needs none. */
const switches = {
  devices: ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'],
  tab: ['--auto-accept-this-tab-capture'],
} as const;

function launch(sharing: keyof typeof switches): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', ...switches[sharing]] });
}

export class PublishingBrowser implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #server: Server;
  #tabs: Browser | undefined;

  private constructor(browser: Browser, server: Server) {
    this.#browser = browser;
    this.#server = server;
  }

  static async start(): Promise<PublishingBrowser> {
    const client = readFileSync(new URL('../../examples/publish-a-screen/publish.mjs', import.meta.url));
    const server = createServer((request, response) => {
      const isScript = request.url?.endsWith('.mjs') === true;
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html').end(isScript ? client : html);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return new PublishingBrowser(await launch('devices'), server);
  }

  /** The origin of its pages, which the server under test has to allow. */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** @param sharing what its page can publish: a canvas in any case, and made-up devices or else its own tab. */
  async open(sharing: keyof typeof switches = 'devices'): Promise<PublishingPage> {
    const browser = sharing === 'tab' ? await this.#tabBrowser() : this.#browser;
    const page = await browser.newPage();
    page.on('console', (message) => console.log('page:', message.text()));
    await page.goto(`${this.origin}/`);
    await page.waitForFunction(() => (globalThis as unknown as { ready?: boolean }).ready === true);
    return new PublishingPage(page);
  }

  async #tabBrowser(): Promise<Browser> {
    this.#tabs ??= await launch('tab');
    return this.#tabs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#browser.close(), this.#tabs?.close()]);
    this.#server.close();
  }
}
