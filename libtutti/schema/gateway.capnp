# SPDX-License-Identifier: MIT
# What the processes of a run and its gateway say to each other, one `Note` per ZeroMQ message,
# process DEALER, gateway ROUTER (`sources` in control/run.json). Off the data path: a process that
# is tapped copies what was asked for into a bounded buffer and goes on; what finds no room is lost
# and counted. Observers speak another language: tap.capnp.
#
# Fields are added, never renumbered or reused. Times are ticks of 1 ps (…Ps).
@0xe27b4c9018f3d65a;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("tutti::wire");
using Control = import "control.capnp";
using Tap = import "tap.capnp";

struct Note {
  version @0 :UInt32;            # of this protocol: 1
  union {
    introduction @1 :Introduction;  # process -> gateway, once, at its first window
    describe @2 :Describe;          # gateway -> process
    description @3 :Description;    # process -> gateway: the answer
    order @4 :Order;                # gateway -> process; a known stream: only its rate is news
    cancel @5 :UInt32;              # gateway -> process: a stream's number
    chunk @6 :Chunk;                # process -> gateway
  }
}

struct Introduction {
  module @0 :Text;
  rank @1 :UInt32;
  ranks @2 :UInt32;
  stepPs @3 :Int64;
  ports @4 :List(Port);
  struct Port {
    description @0 :Control.Port;
    ids @1 :List(Control.Range);   # outputs: what this rank offers; inputs: what it takes
  }
}

# Asks for the table of those of an output's elements that this rank has.
struct Describe { port @0 :Text; elements @1 :List(Control.Range); }
struct Description { port @0 :Text; table @1 :Control.ElementTable; }

# From the next window on, copies of an output go into a buffer of their own.
struct Order {
  stream @0 :UInt32;
  port @1 :Text;
  elements @2 :List(Control.Range);
  everyPs @3 :Int64;             # signals: a multiple of the step
  reduce @4 :Tap.Reduce;
  single @5 :Bool;               # values as float32
  bytesPerSecond @6 :UInt64;     # what this rank may send of it
}

# What a rank has copied since the last chunk. It has nothing else in (from, reached].
struct Chunk {
  stream @0 :UInt32;
  fromPs @1 :Int64;
  reachedPs @2 :Int64;
  lost @3 :UInt64;               # samples or spikes that found no room, in all
  timesPs @4 :List(Int64);       # signals: ascending; spikes: in the order sent
  elements @5 :List(UInt64);     # spikes
  values @6 :Data;               # signals: [time][element][1, or 2 with minMax], little-endian
}
