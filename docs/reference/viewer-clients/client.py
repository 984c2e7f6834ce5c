#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""client.py ADDRESS PORT [ELEMENT ...]: prints what a signal does, with Python and numpy and nothing else.
ADDRESS is what `tutti view` prints."""
import base64
import json
import os
import socket
import struct
import sys
from urllib.parse import urlsplit

import numpy as np

address, port, *elements = sys.argv[1:]
url = urlsplit(address)


def connect():
    """A WebSocket: one request over HTTP, then frames both ways."""
    line = socket.create_connection((url.hostname, url.port))
    key = base64.b64encode(os.urandom(16)).decode()
    line.sendall(f"GET /ws?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
    stream = line.makefile("rb")
    if b"101" not in stream.readline():
        sys.exit("the server did not let us in: is the token right?")
    while stream.readline().strip():
        pass
    return line, stream


def say(word, opcode=1):
    """What a client sends is masked; a mask of zeros leaves it as it is."""
    body = word if isinstance(word, bytes) else json.dumps(word).encode()
    size = bytes([0x80 | len(body)]) if len(body) < 126 else struct.pack("!BH", 0xFE, len(body))
    line.sendall(bytes([0x80 | opcode]) + size + bytes(4) + body)


def messages():
    """(opcode, bytes) of each whole message."""
    whole, kind = b"", 0
    while head := stream.read(2):
        size = head[1] & 127
        if size > 125:
            size, = struct.unpack("!H" if size == 126 else "!Q", stream.read(2 if size == 126 else 8))
        body, opcode = stream.read(size), head[0] & 15
        if opcode == 8:
            return
        if opcode == 9:
            say(body, opcode=10)  # are you there? yes
        if opcode > 2:
            continue
        whole, kind = whole + body, opcode or kind  # 0 goes on with what came before
        if head[0] & 128:
            yield kind, whole
            whole = b""


line, stream = connect()
live = False
for opcode, data in messages():
    if opcode == 2:
        count, width = struct.unpack_from("<II", data, 40)
        times = np.frombuffer(data, "<f8", count, 56)
        values = np.frombuffer(data, "<f4", count * width, 56 + 8 * count).reshape(count, width)
        for time, sample in zip(times, values):
            print(f"{time:.3f} ms: " + " ".join(f"{v:.6g}" for v in sample[:8]))
    else:
        word = json.loads(data)
        if word["type"] == "hello":
            live = word["live"]
            say({"type": "subscribe", "id": 1, "port": port, "elements": [int(e) for e in elements], "from_ms": 0,
                 "every_ms": 1, **({} if live else {"to_ms": word["stop_ms"]})})
        elif word["type"] == "refused":
            sys.exit(word["text"])
        elif word["type"] == "end" or (live and word.get("phase") == "ended"):
            break
