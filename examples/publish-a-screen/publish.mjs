/** A WHIP client for browsers (RFC 9725) in as few lines as it takes: a stream goes to Tacet, which records it. */

/** Resolves when the browser has found its own addresses, or after a second: Tacet needs none of them. */
function gathered(peer) {
  return new Promise((resolve) => {
    setTimeout(resolve, 1_000);
    if (peer.iceGatheringState === 'complete') resolve();
    peer.addEventListener('icegatheringstatechange', () => peer.iceGatheringState === 'complete' && resolve());
  });
}

/**
 * @param stream of `navigator.mediaDevices.getDisplayMedia()`, a camera, or a canvas.
 * @param to `url`, which is `/tacet/whip` of Tacet, and `token`, as `POST …/conversations/{id}/publishing-tokens` answered.
 * @returns `stop`, which ends the recording.
 */
export async function publish(stream, { url, token }) {
  const peer = new RTCPeerConnection();
  for (const track of stream.getTracks()) peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
  await peer.setLocalDescription(await peer.createOffer());
  await gathered(peer);
  const authorization = `Bearer ${token}`;
  const headers = { authorization, 'content-type': 'application/sdp' };
  const answer = await fetch(url, { method: 'POST', headers, body: peer.localDescription.sdp });
  if (answer.status !== 201) throw new Error(`Not published: ${answer.status} ${await answer.text()}`);
  const session = new URL(answer.headers.get('location'), url);
  await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  const stop = async () => {
    peer.close();
    await fetch(session, { method: 'DELETE', headers: { authorization } });
  };
  return { peer, stop };
}
