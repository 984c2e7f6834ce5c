# SPDX-License-Identifier: MIT
"""An observer of spikes without the schema: struct and zmq (docs/reference/tap.md)."""
import struct

import zmq


def pointer(offset, data, pointers):
    """To a struct `offset` words further on, of so many words of data and pointers."""
    return struct.pack("<iHH", offset << 2, data, pointers)


def text(offset, length):
    """To a text of `length` bytes."""
    return struct.pack("<ii", offset << 2 | 1, (length + 1) << 3 | 2)


def padded(words):
    raw = words.encode() + b"\0"
    return raw + b"\0" * (-len(raw) % 8)


def message(kind, body):
    """A Word: version 1, which member of its union, and that member."""
    segment = pointer(0, 2, 1) + struct.pack("<IHHQ", 1, kind, 0, 0) + body
    return struct.pack("<II", 0, len(segment) // 8) + segment


HELLO = message(0, pointer(0, 0, 2) + text(1, 6) + bytes(8) + padded("script"))
BYE = message(10, bytes(8))
WELCOME, BATCH, ENDED = 1, 5, 10


def subscribe(number, port):
    """All elements, every sample, as float64."""
    data = struct.pack("<IHHqq", number, 0, 0, 0, 0)
    return message(2, pointer(0, 3, 2) + data + text(1, len(port)) + bytes(8) + padded(port))


class Reader:
    """Just enough of Cap'n Proto to read a word: structs, lists, far pointers."""

    def __init__(self, raw):
        count = struct.unpack_from("<I", raw)[0] + 1
        sizes = struct.unpack_from(f"<{count}I", raw, 4)
        at = (4 + 4 * count + 7) // 8 * 8
        self.segments = []
        for size in sizes:
            self.segments.append(raw[at:at + 8 * size])
            at += 8 * size

    def follow(self, segment, at):
        """Segment, place of what a pointer points to, and the pointer's two halves."""
        low, high = struct.unpack_from("<iI", self.segments[segment], at)
        if low & 3 == 2:  # far: the pointer itself lies in another segment
            return self.follow(high, (low & 0xFFFFFFFF) >> 3 << 3)
        return segment, at + 8 + (low >> 2) * 8, low, high

    def root(self):
        segment, at, _, high = self.follow(0, 0)
        return segment, at, high & 0xFFFF

    def pointer_of(self, struct_at, number):
        segment, at, words = struct_at
        where = self.follow(segment, at + 8 * (words + number))
        return where[0], where[1], where[3] & 0xFFFF

    def integers(self, struct_at, number, form):
        segment, at, words = struct_at
        place = at + 8 * (words + number)
        if self.segments[segment][place:place + 8] == bytes(8):
            return ()
        segment, at, _, high = self.follow(segment, place)
        return struct.unpack_from(f"<{high >> 3}{form}", self.segments[segment], at)

    def kind(self):
        segment, at, _ = self.root()
        return struct.unpack_from("<H", self.segments[segment], at + 4)[0]


class Spikes:
    """Iterates over (time in ticks of 1 ps, element) of one port until the run ends."""

    def __init__(self, address, port):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.connect(address)
        self.port, self.sequence, self.missed, self.lost = port, 0, 0, 0

    def __iter__(self):
        self.socket.send(HELLO)
        while True:
            if not self.socket.poll(1000):
                self.socket.send(HELLO)
                continue
            word = Reader(self.socket.recv())
            kind = word.kind()
            if kind == WELCOME:
                self.socket.send(subscribe(1, self.port))
            elif kind == ENDED:
                return
            elif kind == BATCH:
                self.socket.send(HELLO)
                batch = word.pointer_of(word.root(), 0)
                segment, at, _ = batch
                raw = word.segments[segment]
                sequence, self.lost = struct.unpack_from("<QQ", raw, at + 8)
                self.missed += sequence - self.sequence
                self.sequence = sequence + 1
                yield from zip(word.integers(batch, 0, "q"), word.integers(batch, 1, "Q"))
