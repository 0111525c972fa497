/** A shop with a payment form, as somebody else runs it: its pages include the script of the server under test. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';

const form = `
  <label>Full name <input name="customer" id="who"></label>
  <label>Card number <input id="f1"></label>
  <label>Number <input id="f2" autocomplete="cc-number"></label>
  <input id="f3" name="cvv" placeholder="123">
  <label>Word <input id="f4" type="password"></label>
  <select id="f5" name="card-month"><option>none</option><option>december</option></select>
  <textarea id="f6" aria-label="IBAN"></textarea>
  <input id="f7" value="">
  <input id="f8" type="hidden" name="pan" value="hidden-pan-secret">
  <div data-tacet-mask><p id="private">nobody-may-see-this</p><input id="f9"></div>
  <p id="note">Welcome</p>
  <canvas id="c"></canvas>`;

/** How the page begins: with a token in its script's tag. */
function pageOf(title: string, script: string, token: string): string {
  const tag = `<script src="${script}" data-token="${token}"></script>`;
  return `<!doctype html><html><head><title>${title}</title><style>body{font:20px sans-serif}</style></head><body>
    <h1>${title}</h1><form>${form}</form>${tag}</body></html>`;
}

/** A line to the server that can be cut. */
export class Line implements AsyncDisposable {
  readonly #server;
  readonly #open = new Set<Socket>();
  #isCut = false;
  port = 0;

  private constructor(to: () => number) {
    this.#server = createTcpServer((socket) => {
      if (this.#isCut) return void socket.destroy();
      const other = connect(to(), '127.0.0.1');
      for (const [one, next] of [
        [socket, other],
        [other, socket],
      ] as const) {
        this.#open.add(one);
        one.on('error', () => next.destroy());
        one.on('close', () => {
          this.#open.delete(one);
          next.destroy();
        });
        one.pipe(next);
      }
    });
  }

  static async to(port: () => number): Promise<Line> {
    const line = new Line(port);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    line.port = (line.#server.address() as AddressInfo).port;
    return line;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#open) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export class Shop implements AsyncDisposable {
  readonly #server: Server;
  /** What its next page has in the script's tag. */
  token = '';
  script = '';
  url = '';

  private constructor() {
    this.#server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(pageOf(`Shop ${request.url?.slice(1)}`, this.script, this.token));
    });
  }

  static async open(): Promise<Shop> {
    const shop = new Shop();
    await new Promise<void>((resolve) => shop.#server.listen(0, '127.0.0.1', resolve));
    shop.url = `http://127.0.0.1:${(shop.#server.address() as AddressInfo).port}`;
    return shop;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
