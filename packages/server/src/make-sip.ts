/** The SIP edge, built from settings and the files that they name. */
import type { RecordingId, Trunk } from '@tacet/domain';
import { startAdmission } from './admission.ts';
import { type Config, SettingError } from './config.ts';
import type { ControlContext } from './control/index.ts';
import type { Log } from './log.ts';
import { diskOf } from './make-observe.ts';
import { createSipServer, type SipServer, type SipTlsOptions, sipEdgeLimits } from './sip/index.ts';
import { type CertificateFiles, readCertificates, watchCertificates } from './sip-certificates.ts';
import { readTrunks } from './trunks.ts';
import type { NodeMediaHost } from './voice/index.ts';

/** What was read and found good before anything was started. */
export interface SipFiles {
  readonly tls: (SipTlsOptions & { readonly files: CertificateFiles }) | undefined;
  readonly trunks: readonly Trunk[] | undefined;
}

/** @throws SettingError when the trunk file cannot be used, or not with the other settings. */
function trunksOf({ sipTls, trunksFile }: Config): readonly Trunk[] | undefined {
  const trunks = trunksFile === undefined ? undefined : readTrunks(trunksFile);
  const named = trunks?.find(({ clientName }) => clientName !== undefined);
  if (named !== undefined && (sipTls === undefined || sipTls.clients === 'off')) {
    throw new SettingError(`The trunk "${named.name}" has a clientName, which needs TACET_SIP_TLS_CLIENTS.`);
  }
  return trunks;
}

/** @throws SettingError when a file that a setting names cannot be used. */
export function readSipFiles(config: Config): SipFiles {
  const { sipTls } = config;
  const trunks = trunksOf(config);
  if (sipTls === undefined) return { tls: undefined, trunks };
  const { listen, clients, files } = sipTls;
  return { tls: { listen, clients, files, credentials: readCertificates(files) }, trunks };
}

export interface SipNeeds {
  readonly config: Config;
  readonly files: SipFiles;
  readonly context: ControlContext;
  readonly log: Log;
  readonly media: NodeMediaHost;
  /** What was kept of recordings that go on. */
  readonly sources: ReadonlyMap<RecordingId, unknown>;
  /** How it ends, when it does. */
  readonly ending: { readonly how: 'end' | 'handover' };
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Reads the trunk file again; one that cannot be used changes nothing. */
function rereadTrunks({ config, log }: SipNeeds, sip: SipServer): void {
  try {
    const trunks = trunksOf(config);
    if (trunks === undefined) return;
    sip.useTrunks(trunks);
    log.info('trunksRenewed', { trunks: trunks.length });
  } catch (error) {
    log.error('trunksUnusable', { reason: sentenceOf(error) });
  }
}

export interface RunningSip {
  readonly sip: SipServer;
  /** Reads the files of trunks and certificates again, now. */
  readonly reread: () => void;
}

/** Starts it. Its certificates are looked at until the stack is disposed. */
export async function startSip(needs: SipNeeds, stack: AsyncDisposableStack): Promise<RunningSip> {
  const { config, context, log, media } = needs;
  const { tls, trunks } = needs.files;
  const load = () => ({ freePortCount: media.freePortCount, workers: media.gauges() });
  const disk = diskOf(config.dataDir);
  const diskFreeBytes = async (): Promise<number> => (await disk()).freeBytes;
  const admission = startAdmission({ clock: context.clock, diskFreeBytes, load });
  stack.defer(admission.stop);
  const sip = createSipServer({
    listen: config.sipListen,
    ...(tls === undefined ? {} : { tls }),
    ...(trunks === undefined ? {} : { trunks }),
    admission: admission.ask,
    publicAddress: config.publicAddress,
    mediaInactivityMs: config.mediaInactivitySeconds * 1_000,
    context,
    log,
    sources: needs.sources,
  });
  stack.defer(() => sip.stop(needs.ending.how));
  await sip.start();
  if (tls === undefined) return { sip, reread: () => rereadTrunks(needs, sip) };
  const watch = watchCertificates(tls.files, {
    clock: context.clock,
    everyMs: sipEdgeLimits.certificateCheckMs,
    onChange: (credentials) => {
      sip.renewTls(credentials);
      log.info('certificatesRenewed');
    },
    onTrouble: (reason) => context.raise({ what: 'certificatesUnusable', facts: { reason } }),
  });
  stack.defer(watch.stop);
  const reread = (): void => {
    watch.look();
    rereadTrunks(needs, sip);
  };
  return { sip, reread };
}
