/** A WHIP client without a browser: frames that a test makes up, sent as they are. Its WebRTC is that of the server. */
import { writeRtpPacket } from '@tacet/wire/rtp';
import { MediaStreamTrack, RTCPeerConnection, useOPUS, useVP8 } from 'werift';
import type { PublishTo } from './publishing-browser.ts';

export interface Published {
  readonly status: number;
  readonly location: string;
}

export class WhipClient {
  readonly #track = new MediaStreamTrack({ kind: 'video' });
  readonly #connection = new RTCPeerConnection({
    codecs: { video: [useVP8()], audio: [useOPUS()] },
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceUseTcp: false,
    iceServers: [],
    iceInterfaceAddresses: { udp4: '127.0.0.1' },
    iceAdditionalHostAddresses: ['127.0.0.1'],
  });
  #sequence = 0;

  constructor() {
    this.#connection.addTransceiver(this.#track, { direction: 'sendonly' });
  }

  async publish({ url, token }: PublishTo): Promise<Published> {
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    const body = this.#connection.localDescription?.sdp ?? '';
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/sdp' };
    const answer = await fetch(url, { method: 'POST', headers, body });
    const sdp = await answer.text();
    if (answer.status === 201) await this.#connection.setRemoteDescription({ type: 'answer', sdp });
    return { status: answer.status, location: answer.headers.get('location') ?? '' };
  }

  get isConnected(): boolean {
    return this.#connection.connectionState === 'connected';
  }

  /** One frame in one packet. */
  send(timestamp: number, isKeyFrame: boolean, rest: Uint8Array): void {
    this.#sequence += 1;
    const payload = Uint8Array.from([0x10, isKeyFrame ? 0 : 1, ...rest]);
    const head = { payloadType: 96, marker: true, sequence: this.#sequence, timestamp, ssrc: 1 };
    this.#track.writeRtp(Buffer.from(writeRtpPacket({ ...head, payload })));
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}
