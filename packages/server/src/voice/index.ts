/** The voice path: RTP ports, captures on media nodes, and the host that control talks to. */
export { chooseReceiver, datagramPorts, type ReceiverKind } from './choose-receiver.ts';
export type { DatagramListener, DatagramPorts, DatagramSource, Origin, PortListeners } from './datagram-source.ts';
export { MediaEngine, type MediaEnginePorts } from './media-engine.ts';
export { NodeMediaHost } from './media-host.ts';
export type { MediaHostPorts, NodePart } from './media-host-ports.ts';
export type { MediaNode } from './media-node.ts';
export { PortPool } from './port-pool.ts';
export type { PlaceGauges, WorkerGauges } from './worker-gauges.ts';
export type { WorkerSettings } from './worker-messages.ts';
export { WorkerNode } from './worker-node.ts';
