// SPDX-License-Identifier: MIT
import { decodeFrame, type AnswerWord, type Frame, type Hello, type State, type StreamWord, type TableWord, type Wish, type Word } from "./protocol";
import { Table } from "./table";

/** Who watches a stream. */
export interface Listener {
  frame(frame: Frame): void;
  stream?(word: StreamWord): void;
  end?(): void;
  refused?(text: string): void;
}

interface Subscription { wish: Wish; listener: Listener; reached: number }

/**
 * The WebSocket to the server. It comes back by itself when the server does, and then asks again for
 * everything it was watching, from where it had got to.
 */
export class Connection extends EventTarget {
  hello: Hello | null = null;
  state: State | null = null;
  connected = false;
  private taken = 0; // bytes of frames of this connection
  private telling = false;
  lost = 0;
  bytes = 0;
  private socket: WebSocket | null = null;
  private next = 1;
  private pause = 200;
  private subscriptions = new Map<number, Subscription>();
  private tables = new Map<string, { promise: Promise<Table>; give: (t: Table) => void; fail: (e: Error) => void; asked: boolean }>();
  private answers = new Map<number, (answer: AnswerWord) => void>();

  constructor(private readonly address: string) {
    super();
    this.open();
    // a tab that was asleep notices late that its socket is gone
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.socket?.readyState === WebSocket.CLOSED) this.open();
    });
  }

  /** Watches a stream; returns the number to stop it with. */
  subscribe(wish: Wish, listener: Listener): number {
    const id = this.next++;
    this.subscriptions.set(id, { wish, listener, reached: wish.from_ms ?? NaN });
    if (this.connected) this.send({ type: "subscribe", id, ...wish });
    return id;
  }
  unsubscribe(id: number): void {
    if (this.subscriptions.delete(id) && this.connected) this.send({ type: "unsubscribe", id });
  }

  /** The elements of a port, asked for once. */
  table(port: string): Promise<Table> {
    let entry = this.tables.get(port);
    if (!entry) {
      let give = (_: Table) => {};
      let fail = (_: Error) => {};
      const promise = new Promise<Table>((yes, no) => ((give = yes), (fail = no)));
      entry = { promise, give, fail, asked: false };
      this.tables.set(port, entry);
    }
    if (this.connected && !entry.asked) {
      entry.asked = true;
      this.send({ type: "table", port });
    }
    return entry.promise;
  }

  /** Steers the run; the answer says at which simulated time it takes effect. */
  command(word: Record<string, unknown>): Promise<AnswerWord> {
    const id = this.next++;
    return new Promise((give) => {
      this.answers.set(id, give);
      if (this.connected) this.send({ type: "command", id, ...word });
      else this.give({ type: "answer", id, ok: false, at_ms: 0, text: "the server is not there" });
    });
  }

  private give(answer: AnswerWord): void {
    this.answers.get(answer.id)?.(answer);
    this.answers.delete(answer.id);
  }

  private send(word: object): void {
    this.socket?.send(JSON.stringify(word));
  }

  private open(): void {
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (typeof event.data === "string") this.word(JSON.parse(event.data) as Word);
      else this.frame(event.data);
    };
    socket.onclose = () => this.closed(socket);
    this.socket = socket;
  }

  private closed(socket: WebSocket): void {
    if (socket !== this.socket) return;
    const was = this.connected;
    this.connected = false;
    if (was) this.dispatchEvent(new Event("state"));
    for (const id of [...this.answers.keys()])
      this.give({ type: "answer", id, ok: false, at_ms: 0, text: "the connection broke before the answer came" });
    setTimeout(() => socket === this.socket && this.open(), this.pause);
    this.pause = Math.min(3000, this.pause * 1.5);
  }

  private word(word: Word): void {
    switch (word.type) {
      case "hello":
        return this.greeted(word);
      case "state":
        this.state = word;
        this.dispatchEvent(new Event("state"));
        return;
      case "table":
        return this.tables.get(word.port)?.give(new Table(word as TableWord));
      case "stream":
        return this.subscriptions.get(word.id)?.listener.stream?.(word);
      case "answer":
        return this.give(word);
      case "end": {
        const done = this.subscriptions.get(word.id);
        this.subscriptions.delete(word.id);
        return done?.listener.end?.();
      }
      case "refused": {
        const refused = this.subscriptions.get(word.id);
        this.subscriptions.delete(word.id);
        if (refused) refused.listener.refused?.(word.text);
        else this.give({ type: "answer", id: word.id, ok: false, at_ms: 0, text: word.text });
        return;
      }
      case "pong":
      case "bye":
        return;
    }
  }

  private greeted(hello: Hello): void {
    const again = this.hello !== null;
    this.hello = hello;
    this.connected = true;
    this.pause = 200;
    this.taken = 0;
    this.send({ type: "taken", bytes: 0 });
    for (const [port, entry] of this.tables)
      if (!entry.asked || again) {
        entry.asked = true;
        this.send({ type: "table", port });
      }
    for (const [id, s] of this.subscriptions) {
      // what was seen up to `reached` need not come again
      const from = Number.isNaN(s.reached) ? {} : { from_ms: s.reached };
      this.send({ type: "subscribe", id, ...s.wish, ...from });
    }
    this.dispatchEvent(new Event(again ? "back" : "hello"));
  }

  /** How much was dealt with: the server does not send far ahead of that, so that what is drawn is new. */
  private tell(): void {
    if (this.telling) return;
    this.telling = true;
    setTimeout(() => {
      this.telling = false;
      if (this.connected) this.send({ type: "taken", bytes: this.taken });
    }, 20);
  }

  private frame(bytes: ArrayBuffer): void {
    const frame = decodeFrame(bytes);
    this.bytes += bytes.byteLength;
    this.taken += bytes.byteLength;
    this.tell();
    const subscription = this.subscriptions.get(frame.id);
    if (!subscription) return; // it was stopped while this was on its way
    // the next instant that is wanted: (from, to] has been seen
    subscription.reached = frame.to + 1e-9;
    if (frame.lost > 0) this.lost = Math.max(this.lost, frame.lost);
    subscription.listener.frame(frame);
  }
}
