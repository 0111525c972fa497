"""A WHIP client on aiortc, a WebRTC stack that is not ours: pictures of one colour and silence, with a white flash and a tone together.

Usage: whip_publisher.py URL TOKEN. Reads words from its input, one a line: a colour (red, green, blue), `flash`, or
`stop`. Says `connected` when media flows, and `flashed` when a flash has gone out.
"""

import asyncio
import fractions
import math
import struct
import sys
import time
import urllib.parse
import urllib.request

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from av import AudioFrame, VideoFrame

RATE = 48_000
FLASH_SECONDS = 0.3
FRAMES_PER_SECOND = 25
WIDTH, HEIGHT = 320, 180

# Y, U, V of full-range-ish primaries; white has no colour at all.
COLOURS = {
    "red": (81, 90, 240),
    "green": (145, 54, 34),
    "blue": (41, 240, 110),
    "white": (235, 128, 128),
}


class Scene:
    """What is seen and heard at a moment of the media clock."""

    def __init__(self):
        self.colour = "red"
        self.began = time.monotonic()
        self.flash_at = None

    def now(self):
        return time.monotonic() - self.began

    def is_flashing(self, at):
        return self.flash_at is not None and self.flash_at <= at < self.flash_at + FLASH_SECONDS


class Pictures(MediaStreamTrack):
    kind = "video"

    def __init__(self, scene):
        super().__init__()
        self.scene = scene
        self.number = 0

    async def recv(self):
        self.number += 1
        at = self.number / FRAMES_PER_SECOND
        await asyncio.sleep(max(0, at - self.scene.now()))
        y, u, v = COLOURS["white" if self.scene.is_flashing(at) else self.scene.colour]
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane, value in zip(frame.planes, (y, u, v)):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts = int(at * 90_000)
        frame.time_base = fractions.Fraction(1, 90_000)
        return frame


class Sound(MediaStreamTrack):
    kind = "audio"
    SAMPLES = RATE // 50

    def __init__(self, scene):
        super().__init__()
        self.scene = scene
        self.position = 0

    async def recv(self):
        first = self.position
        self.position += self.SAMPLES
        await asyncio.sleep(max(0, self.position / RATE - self.scene.now()))
        frame = AudioFrame(format="s16", layout="mono", samples=self.SAMPLES)
        frame.planes[0].update(self.samples(first))
        frame.sample_rate = RATE
        frame.pts = first
        frame.time_base = fractions.Fraction(1, RATE)
        return frame

    def samples(self, first):
        times = (first / RATE, (first + self.SAMPLES) / RATE)
        if not any(self.scene.is_flashing(at) for at in times):
            return bytes(2 * self.SAMPLES)
        values = [self.sample((first + n) / RATE) for n in range(self.SAMPLES)]
        return struct.pack(f"<{self.SAMPLES}h", *values)

    def sample(self, at):
        return int(16_000 * math.sin(2 * math.pi * 1_000 * at)) if self.scene.is_flashing(at) else 0


def post(url, token, sdp):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
    request = urllib.request.Request(url, data=sdp.encode(), headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.headers["Location"], answer.read().decode()


def delete(url, token):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"}, method="DELETE")
    urllib.request.urlopen(request, timeout=20).close()


async def read_words(scene):
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while True:
        word = (await reader.readline()).decode().strip()
        if word in ("", "stop"):
            return
        if word == "flash":
            # Far enough ahead that neither track has come by it.
            scene.flash_at = scene.now() + 0.2
            await asyncio.sleep(0.2 + FLASH_SECONDS)
            print("flashed", flush=True)
        else:
            scene.colour = word


async def main(url, token):
    scene = Scene()
    connection = RTCPeerConnection()
    connection.addTrack(Pictures(scene))
    connection.addTrack(Sound(scene))

    @connection.on("connectionstatechange")
    def changed():
        print(connection.connectionState, flush=True)

    await connection.setLocalDescription(await connection.createOffer())
    loop = asyncio.get_running_loop()
    location, sdp = await loop.run_in_executor(None, post, url, token, connection.localDescription.sdp)
    await connection.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="answer"))
    await read_words(scene)
    await loop.run_in_executor(None, delete, urllib.parse.urljoin(url, location), token)
    await connection.close()


asyncio.run(main(*sys.argv[1:3]))
