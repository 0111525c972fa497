/** The one recording mechanism: unit → gate → chunk → seal → spool → segment, and back. */
export { Capture } from './capture.ts';
export type { CaptureHome, CapturePorts, ChainEnd } from './capture-ports.ts';
export type { StoredUnit } from './chunk-format.ts';
export { type AdmittedUnit, Gatekeeper } from './gatekeeper.ts';
export { type Finding, type FlawKind, type ProofPorts, proveStream, type StreamEvidence } from './prove.ts';
export { type CaptureLive, encodeRecord, type FileRecord, type RecordSource, readRecords } from './record-format.ts';
export { intervalOfCrash, type RecoveredCapture, type RecoveredSegment, SpoolReading } from './recover.ts';
export { type NativeSealer, trustedSealer } from './sealer.ts';
export {
  type ChunkOutcome,
  parseSegmentFile,
  type SegmentFile,
  type UnsealedChunk,
  unsealChunks,
} from './segment-reader.ts';
export { storeSegment } from './segment-shelf.ts';
export type { EndedSegment } from './segment-writer.ts';
export {
  isStorageFault,
  type LeftSpoolFile,
  Spool,
  type SpoolFile,
  type SpoolFileUse,
  type SpoolFolder,
  type SpoolPlace,
  type SpoolPorts,
} from './spool.ts';
export { diskSpoolFolder, openLeftSpool } from './spool-file.ts';
export type { MediaTime, Unit } from './unit.ts';
export type { UnitRun } from './unit-run.ts';
export { refused, type UnitScreen } from './unit-screen.ts';
