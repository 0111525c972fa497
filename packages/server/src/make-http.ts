/** The API with what it needs beside control: identity, playback, notifications, AudioHook. Loaded when calls go on already. */
import type { RecordingId } from '@tacet/domain';
import { CoBrowse } from './cobrowse/index.ts';
import { createHttpApp } from './http/app.ts';
import { type IdentityParts, makeIdentity } from './identity-parts.ts';
import { makeAudioHooks } from './make-audiohooks.ts';
import { startNotifications } from './make-notifications.ts';
import { diskOf, openMetrics } from './make-observe.ts';
import { makePlayback } from './make-playback.ts';
import { makeSearch } from './make-search.ts';
import { makeWhip } from './make-whip.ts';
import { type AdminClient, prepareAdminClient } from './oauth/first-start.ts';
import { handlesPath } from './oauth/provider.ts';
import { randomIds } from './random-ids.ts';
import type { Core } from './server-core.ts';
import { signInSettings } from './sign-in-config.ts';
import { WebChat } from './webchat/index.ts';

interface OpenHttp {
  readonly httpUrl: string;
  readonly identity: IdentityParts;
  readonly adminClient: AdminClient;
  /** Lets go of what is kept of a recording in memory, and of what it is found by. */
  readonly forget: (id: RecordingId) => Promise<void>;
}

/** Why the server cannot do its work now. */
function notReadyBecause(core: Core): readonly string[] {
  const { up, of } = core.media.nodes;
  return [
    ...(up < of ? [`${of - up} of ${of} media workers are down.`] : []),
    ...(core.media.isStorageFailing ? ['Media cannot be kept: writing to the data folder failed.'] : []),
  ];
}

async function openIdentity(
  core: Core,
  stack: AsyncDisposableStack,
): Promise<Pick<OpenHttp, 'identity' | 'adminClient'>> {
  const { config, control, db, keys, log, store } = core;
  const { clock } = control;
  const { dataDir, secretOverlapSeconds, adminClientId, adminClientSecret } = config;
  const onDefect = (error: unknown): void => log.error('defect', { message: String(error) });
  const issuer = config.publicUrl ?? `http://${config.httpListen.host}:${config.httpListen.port}`;
  const own = { clock, keys, secretOverlapSeconds, signIn: signInSettings(config) };
  const identity = await makeIdentity({ db, store, dataDir, issuer, ...own, onDefect });
  stack.defer(identity.settled);
  const wanted = { ...(adminClientId && { adminClientId }), ...(adminClientSecret && { adminClientSecret }) };
  const parts = { identity: identity.identity, tokens: identity.tokenStore, onEvent: identity.onEvent };
  const adminClient = await prepareAdminClient(wanted, { ...parts, dataFolder: dataDir, clock, ids: randomIds });
  return { identity, adminClient };
}

export async function openHttp(core: Core, stack: AsyncDisposableStack): Promise<OpenHttp> {
  const { config, control, media, observing } = core;
  const clock = control.clock;
  const { identity, adminClient } = await openIdentity(core, stack);
  const playback = stack.use(await makePlayback({ config, clock, log: core.log }));
  const notifications = await startNotifications({ ...core, identity, clock });
  observing.metrics.sources = {
    ...observing.metrics.sources,
    conversations: () => control.live.all(),
    workers: () => media.gauges(),
    nodes: () => media.nodes,
    notifications: () => notifications.load,
    transcodes: () => playback.load,
    disk: diskOf(config.dataDir),
  };
  const audioHooks = makeAudioHooks(core);
  if (audioHooks !== undefined) {
    const { recordingSessions: overSip } = observing.metrics.sources;
    const recordingSessions = () => new Map([...overSip(), ['AudioHook', audioHooks.recordingCount]]);
    observing.metrics.sources = { ...observing.metrics.sources, recordingSessions };
  }
  const whip = makeWhip(core);
  if (whip !== undefined) {
    const { recordingSessions: others } = observing.metrics.sources;
    const recordingSessions = () => new Map([...others(), ['WHIP', whip.publicationCount]]);
    observing.metrics.sources = { ...observing.metrics.sources, recordingSessions };
  }
  const search = makeSearch(core, stack);
  const coBrowse = new CoBrowse(control, core.log, config, core.taken.sources);
  const { recordingSessions: others } = observing.metrics.sources;
  const recordingSessions = () => new Map([...others(), ['co-browse', coBrowse.recordingCount]]);
  observing.metrics.sources = { ...observing.metrics.sources, recordingSessions };
  const webChat = new WebChat(control, core.log);
  const app = createHttpApp({
    metrics: await openMetrics(config, observing.metrics, stack),
    control,
    playback,
    notifications,
    ...(audioHooks === undefined ? {} : { audioHooks }),
    ...(whip === undefined ? {} : { whip }),
    coBrowse,
    ...(search === undefined ? {} : { search }),
    webChat,
    identity: identity.desk,
    tokens: {
      check: (bearer) => identity.tokens.check(bearer, clock.now()),
      revoke: async (bearer, from) => {
        await identity.tokens.revoke(bearer, from);
      },
    },
    oauth: { handlesPath, handle: identity.provider.handle },
    ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
    edge: config,
    notReadyBecause: () => notReadyBecause(core),
  });
  stack.defer(() => app.close());
  // First of all: a server does not close while sockets are open.
  stack.defer(() => notifications.stop());
  stack.defer(() => audioHooks?.stop());
  stack.defer(() => whip?.stop());
  stack.defer(() => coBrowse.stop(core.ending.how));
  stack.defer(() => webChat.stop());
  const httpUrl = await app.listen(config.httpListen);
  const forget = async (id: RecordingId): Promise<void> => {
    playback.forget(id);
    await search?.forget(id);
  };
  return { httpUrl, identity, adminClient, forget };
}
