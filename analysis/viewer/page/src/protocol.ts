// SPDX-License-Identifier: MIT
// What server and page say to each other; docs/reference/viewer-protocol.md explains it.

export interface StreamInfo {
  port: string;
  kind: "spikes" | "signal" | "message";
  unit: string;
  element: string;
  doc: string;
  step_ms: number;
  elements: number;
}
export interface ModuleInfo { name: string; program: string; ranks: number; step_ms: number }
export interface Arrow { from: string; to: string; delay_ms: number }
export interface Hello {
  type: "hello";
  version: number;
  run: string;
  folder: string;
  live: boolean;
  stop_ms: number;
  modules: ModuleInfo[];
  connections: Arrow[];
  streams: StreamInfo[];
  inputs: StreamInfo[];
}
export interface Member {
  module: string;
  rank: number;
  clock_ms: number;
  activity: "joining" | "computing" | "waiting" | "done";
  waits_for: string;
  line: string;
  compute_s: number;
  wait_s: number;
}
export interface State {
  type: "state";
  phase: "joining" | "matching" | "running" | "paused" | "leaving" | "ended";
  clock_ms: number;
  stop_ms: number;
  wall_s: number;
  ok: boolean;
  reason: string;
  culprit: string;
  members: Member[];
}
export type Range = [first: number, count: number, stride: number];
export interface Population { name: string; first: number; count: number }
export interface TableWord {
  type: "table";
  port: string;
  kind: string;
  ids: Range[];
  populations: Population[];
  columns: Record<string, { unit: string; values: number[] }>;
}
export interface StreamWord {
  type: "stream";
  id: number;
  port: string;
  every_ms: number;
  reduce: Reduce;
  elements: Range[];
}
export interface AnswerWord { type: "answer"; id: number; ok: boolean; at_ms: number; text: string }
export interface RefusedWord { type: "refused"; id: number; text: string }
export interface EndWord { type: "end"; id: number }
export interface ByeWord { type: "bye" } // come again: there is another source
export interface PongWord { type: "pong"; id: number }
export type Word = Hello | State | TableWord | StreamWord | AnswerWord | RefusedWord | EndWord | PongWord | ByeWord;

export type Reduce = "latest" | "mean" | "min_max";
export interface Wish {
  port: string;
  elements?: number[] | Range[];
  every_ms?: number;
  reduce?: Reduce;
  from_ms?: number;
  to_ms?: number;
  rate?: number;
}

/** One binary message: spikes, or samples [time][element][1, or 2 with min_max]. */
export interface Frame {
  spikes: boolean;
  id: number;
  sequence: number;
  lost: number;
  from: number;
  to: number;
  times: Float64Array;
  elements: Uint32Array;
  values: Float32Array;
  width: number;
}

const headerBytes = 56;

export function decodeFrame(bytes: ArrayBuffer): Frame {
  const head = new DataView(bytes, 0, headerBytes);
  const count = head.getUint32(40, true);
  const width = head.getUint32(44, true);
  const spikes = head.getUint32(0, true) === 1;
  const data = headerBytes + 8 * count;
  return {
    spikes,
    id: head.getUint32(4, true),
    sequence: Number(head.getBigUint64(8, true)),
    lost: Number(head.getBigUint64(16, true)),
    from: head.getFloat64(24, true),
    to: head.getFloat64(32, true),
    times: new Float64Array(bytes, headerBytes, count),
    elements: new Uint32Array(bytes, data, spikes ? count : 0),
    values: new Float32Array(bytes, data, spikes ? 0 : count * width),
    width,
  };
}
