# SPDX-License-Identifier: MIT
# What an observer and a run's gateway say to each other: one `Word` per ZeroMQ message, observer
# DEALER, gateway ROUTER. The address is `tap` in control/run.json of the run folder. Nobody in the
# run ever waits for an observer; what it is too slow for is dropped, and counted.
#
# Fields are added, never renumbered or reused. Times are ticks of 1 ps (…Ps).
@0xd41b8f20c6a97e35;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("tutti::wire");
using Control = import "control.capnp";

struct Word {
  version @0 :UInt32;            # of this protocol: 1
  union {
    hello @1 :Hello;             # observer -> gateway, first; again every second as a sign of life
    welcome @2 :Welcome;         # gateway -> observer: what there is
    subscribe @3 :Subscribe;     # observer -> gateway
    stream @4 :Stream;           # gateway -> observer: the answer, before the first batch
    unsubscribe @5 :UInt32;      # observer -> gateway: a subscription's id
    batch @6 :Batch;             # gateway -> observer
    state @7 :Control.Status;    # gateway -> observer: five times a second, and at the end
    command @8 :Control.Command; # observer -> gateway: steering
    answer @9 :Control.Answer;   # gateway -> observer: when it takes effect
    refused @10 :Refused;        # gateway -> observer: a word that it could not follow
    bye @11 :Void;               # observer -> gateway: forget me; gateway -> observer: the run is over
  }
}

struct Hello {
  name @0 :Text;                 # for people: "viewer", "notebook"
  token @1 :Text;                # of the run, where the gateway asks for one (TCP)
}

# A port that can be tapped: any output of any module.
struct PortInfo {
  module @0 :Text;
  port @1 :Control.Port;         # its kind, unit, element, doc
  stepPs @2 :Int64;
  elements @3 :UInt64;           # over all ranks
}

# What takes steering: an input port.
struct Welcome {
  run @0 :Text;                  # the run's name
  folder @1 :Text;
  stopPs @2 :Int64;
  outputs @3 :List(PortInfo);
  inputs @4 :List(PortInfo);
}

enum Reduce {
  latest @0;                     # the sample at each multiple of `every`
  mean @1;                       # over (t - every, t]
  minMax @2;                     # two values per element: least, greatest, over (t - every, t]
}

struct Subscribe {
  id @0 :UInt32;                 # the observer's own number for this subscription
  port @1 :Text;                 # "cortex.spikes"
  elements @2 :List(Control.Range);  # empty: all
  everyPs @3 :Int64;             # signals: 0 is every sample, else rounded to whole steps
  reduce @4 :Reduce;
  historyPs @5 :Int64;           # how much of the past to begin with, as far as it is still there
  single @6 :Bool;               # values as float32
}

struct Stream {
  id @0 :UInt32;
  info @1 :PortInfo;
  table @2 :Control.ElementTable;    # of the elements chosen; values come in its order
  everyPs @3 :Int64;             # as it is now
  reduce @4 :Reduce;
}

# A stretch of a stream. `sequence` counts 0, 1, 2 … per subscription; where it jumps, batches were
# dropped because this observer was slow. `lost` counts samples (or spikes) dropped nearer to the source, in all.
struct Batch {
  id @0 :UInt32;
  sequence @1 :UInt64;
  lost @2 :UInt64;
  fromPs @3 :Int64;              # the batch covers (from, to]
  toPs @4 :Int64;
  union {
    spikes :group {
      timesPs @5 :List(Int64);   # ascending
      elements @6 :List(UInt64); # of the same length
    }
    samples :group {
      timesPs @7 :List(Int64);   # ascending
      values @8 :Data;           # little-endian float64, or float32: [time][element][1, or 2 with minMax]
    }
  }
}

struct Refused { id @0 :UInt32; text @1 :Text; }
