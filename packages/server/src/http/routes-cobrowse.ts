/** The doors of co-browse: the script that a page includes, the page that replays, and the events themselves. */
import { Fault } from '@tacet/domain';
import { notePlayback, readRecording } from '../control/index.ts';
import { pageScript } from './cobrowse/page-script.ts';
import { afterParameter, eventsOf } from './cobrowse-events.ts';
import { type Answer, type Call, type GuardedDoor, type OpenDoor, ok } from './door.ts';
import { EdgeFault } from './edge-fault.ts';
import { fileAnswer, type StaticFile } from './explorer/static-file.ts';
import type { HttpContext } from './http-context.ts';
import { CobrowseEvents } from './models/cobrowse.ts';
import { conversationIdOf, recordingIdOf } from './path-ids.ts';
import { followLink } from './routes-media.ts';
import { isGone } from './view-recording.ts';

const path = '/tacet/v1/cobrowse';

/**
 * Nothing is loaded from anywhere else, whatever the recorded page would have loaded, and nothing but our own scripts
 * runs. What is replayed has its styles in its elements, as it had them in the page.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'img-src data: blob:',
  'font-src data:',
  'media-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const script = 'text/javascript; charset=utf-8';
const style = 'text/css; charset=utf-8';
const ours = (name: string): URL => new URL(`./cobrowse/${name}`, import.meta.url);
const library = (name: string): URL => new URL(`./${name}`, import.meta.resolve('rrweb-player'));

const files: { readonly [name: string]: StaticFile } = {
  'rrweb-player.js': { contentType: script, from: library('rrweb-player.umd.min.cjs') },
  'rrweb-player.css': { contentType: style, from: library('style.min.css') },
  'replay.js': { contentType: script, from: ours('replay.js') },
  'replay.css': { contentType: style, from: ours('replay.css') },
};
const page: StaticFile = { contentType: 'text/html; charset=utf-8', from: ours('replay.html') };

/** The recording that a link leads to, judged anew. */
async function linked(http: HttpContext, call: Call) {
  const token = call.path['token'] ?? '';
  const link = http.links.find(token);
  if (link === undefined) throw new EdgeFault('routeUnknown');
  return followLink(http, token, link);
}

async function scriptAnswer(): Promise<Answer> {
  const bytes = await pageScript();
  return {
    status: 200,
    // Pages of other origins load it, and it holds nothing of anybody's.
    headers: { 'content-type': script, 'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'no-cache' },
    bytes: {
      lengthBytes: bytes.length,
      read: async function* () {
        yield bytes;
      },
    },
  };
}

/** Pages and their files; they are no operations, and are not described. */
export function coBrowsePageDoors(http: HttpContext): readonly OpenDoor[] {
  const shared = { method: 'GET', access: 'anyone', answers: { 200: undefined } } as const;
  return [
    {
      ...shared,
      path: `${path}/tacet-cobrowse.js`,
      operation: 'getCobrowseScript',
      summary: 'The script that a page includes to be recorded.',
      answer: scriptAnswer,
    },
    {
      ...shared,
      path: `${path}/replays/{token}`,
      operation: 'getCobrowseReplay',
      summary: 'The page that replays a recording.',
      answer: async (call) => {
        await linked(http, call);
        return fileAnswer(page, { 'content-security-policy': pagePolicy });
      },
    },
    {
      ...shared,
      path: `${path}/replays/{token}/events`,
      operation: 'getCobrowseReplayEvents',
      summary: 'What that page replays.',
      answer: async (call) => ok(await eventsOf(http, await linked(http, call), call.query)),
    },
    ...Object.entries(files).map(
      ([name, file]): OpenDoor => ({
        ...shared,
        path: `${path}/files/${name}`,
        operation: 'getCobrowseFile',
        summary: 'A file of that page.',
        answer: () => fileAnswer(file, { 'cache-control': 'no-cache' }),
      }),
    ),
  ];
}

export function coBrowseDoors(http: HttpContext): readonly GuardedDoor[] {
  return [
    {
      method: 'GET',
      path: '/tacet/v1/conversations/{conversationId}/recordings/{recordingId}/events',
      operation: 'getCobrowseEvents',
      isPreview: true,
      area: 'recordings',
      summary: 'What happened in a page, with each stretch that was withheld or lost.',
      description: 'Of a recording that goes on, it has what is in store already. Long ones come in pages.',
      parameters: [afterParameter],
      access: ['recording:recording:view', 'recording:screenRecording:view'],
      answers: { 200: CobrowseEvents },
      answer: async (call) => {
        const ids = { conversationId: conversationIdOf(call), recordingId: recordingIdOf(call) };
        const view = await readRecording(http.control, call.actor, ids);
        // Rule: what happened in a page is unknown once its recording is deleted
        if (isGone(view.recording)) throw new Fault('recordingUnknown', { recordingId: ids.recordingId });
        // Rule: what happened in a page is given out only after the audit log says so
        await notePlayback(http.control, call, view);
        return ok(await eventsOf(http, view, call.query));
      },
    },
  ];
}
