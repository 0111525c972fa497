/** The HTTP API as a plain program sees it: one signed-in client, its questions and the answers as they come. */
import { readWav, type WavSound } from '@tacet/wire/container';

export interface Credentials {
  readonly id: string;
  readonly secret: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** The members of contract models that tests look at. */
export interface ListedRecording {
  readonly id: string;
  readonly fileState: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly outputDurationMs: number;
  readonly mediaUris?: { readonly [part: string]: { readonly mediaUri: string } };
  readonly annotations: readonly ListedAnnotation[];
}

export interface ListedAnnotation {
  readonly reason: string;
  readonly location: number;
  readonly durationMs: number;
  readonly recordingLocation: number;
}

export interface ListedConversation {
  readonly id: string;
  readonly recordingState: string;
  readonly securePause: boolean;
  readonly endTime?: string;
  readonly externalIds?: readonly { readonly name: string; readonly value: string }[];
}

export interface ListedAuditEntry {
  readonly number: number;
  readonly action: string;
  readonly result: string;
  readonly instant: number;
  readonly conversationId?: string;
  readonly facts: { readonly [name: string]: unknown };
  readonly by: { readonly name: string; readonly door: string };
}

export type GapMode = 'silence' | 'cut' | 'tone';

export class Api {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async signIn(url: string, { id, secret }: Credentials): Promise<Api> {
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const answer = await fetch(`${url}/oauth/token`, { method: 'POST', headers: { authorization }, body });
    if (!answer.ok) throw new Error(`No token: ${answer.status}`);
    const { access_token: token } = (await answer.json()) as { readonly access_token: string };
    return new Api(url, token);
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer> {
    const headers = { ...more, authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${this.#url}${path}`, { method, headers, ...sent });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  /** @throws Error when the answer is not 200. */
  async get<T>(path: string): Promise<T> {
    const { status, text } = await this.ask('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
    return JSON.parse(text) as T;
  }

  /** What is downloaded, as it comes. @throws Error when the answer is not 200. */
  async bytes(path: string): Promise<Buffer> {
    const answer = await fetch(`${this.#url}${path}`, { headers: { authorization: `Bearer ${this.#token}` } });
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  }

  setRecordingState(conversationId: string, recordingState: string): Promise<ApiAnswer> {
    return this.ask('PUT', `/api/v2/conversations/calls/${conversationId}/recordingstate`, { recordingState });
  }

  /** Pauses. @returns `closedAt` in ms. @throws Error unless the pause was confirmed. */
  async pause(conversationId: string): Promise<number> {
    const { status, text, headers } = await this.setRecordingState(conversationId, 'PAUSED');
    if (status !== 200 || text !== '"PAUSED"') throw new Error(`Not paused: ${status} ${text}`);
    return Number(headers.get('tacet-closed-at-ms'));
  }

  /** Resumes. @throws Error unless the recording runs again. */
  async resume(conversationId: string): Promise<void> {
    const { status, text } = await this.setRecordingState(conversationId, 'ACTIVE');
    if (status !== 200 || text !== '"ACTIVE"') throw new Error(`Not resumed: ${status} ${text}`);
  }

  conversation(id: string): Promise<ListedConversation> {
    return this.get(`/api/v2/conversations/${id}`);
  }

  /** The first page of those that are live: all of them, or those of another system's id. */
  async activeConversations(externalId?: string): Promise<readonly ListedConversation[]> {
    const sought = externalId === undefined ? '' : `&externalId=${encodeURIComponent(externalId)}`;
    const { entities } = await this.get<{ readonly entities: readonly ListedConversation[] }>(
      `/tacet/v1/conversations?state=active${sought}`,
    );
    return entities;
  }

  async audit(conversationId?: string): Promise<readonly ListedAuditEntry[]> {
    const about = conversationId === undefined ? '' : `&conversationId=${conversationId}`;
    const { entities } = await this.get<{ readonly entities: readonly ListedAuditEntry[] }>(
      `/tacet/v1/audit?after=0&pageSize=100${about}`,
    );
    return entities;
  }

  recordings(conversationId: string): Promise<readonly ListedRecording[]> {
    return this.get(`/api/v2/conversations/${conversationId}/recordings?formatId=WAV&maxWaitMs=15000`);
  }

  /** The media of a recording. */
  async sound({ mediaUris }: ListedRecording, gap: GapMode = 'silence'): Promise<WavSound> {
    const answer = await fetch(`${mediaUris?.['0']?.mediaUri}?gap=${gap}`);
    if (!answer.ok) throw new Error(`No media: ${answer.status}`);
    const wav = readWav(new Uint8Array(await answer.arrayBuffer()));
    if (!wav.ok) throw new Error(`Not a WAV: ${wav.fault.code}`);
    return wav.value;
  }
}
