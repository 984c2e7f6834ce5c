# SPDX-License-Identifier: MIT
# What a run's processes and its broker say to each other, one `Envelope` per ZeroMQ message, over a
# DEALER (process) - ROUTER (broker) pair. Nothing here is on the data path.
#
# Fields are added, never renumbered or reused. Times are ticks of 1 ps (…Ps).
@0xb3a1c5d29e4f6071;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("tutti::wire");

struct Envelope {
  version @0 :UInt32;            # of this protocol; another one than the broker's is refused
  union {
    join @1 :Join;               # process -> broker
    matched @2 :Matched;         # broker -> process
    offer @3 :Offer;             # process -> broker
    table @4 :Table;             # broker -> process
    want @5 :Want;               # process -> broker
    start @6 :Start;             # broker -> process
    progress @7 :Progress;       # process -> broker
    lease @8 :Lease;             # broker -> process
    done @9 :Done;               # process -> broker
    bye @10 :Bye;                # broker -> process
    failed @11 :Failed;          # process -> broker
    stop @12 :Stop;              # broker -> process
    watch @13 :Watch;            # watcher -> broker
    status @14 :Status;          # broker -> watcher
    command @15 :Command;        # watcher -> broker
    answer @16 :Answer;          # broker -> watcher
    inject @17 :Inject;          # broker -> process
    projection @18 :Projection;  # process -> broker -> process
    lost @19 :Lost;              # launcher -> broker -> process
    save @20 :Save;              # broker -> process
    saved @21 :Saved;            # process -> broker
  }
}

enum OnLoss { stop @0; hold @1; silence @2; replay @3; wait @4; gap @5; }
enum PortKind { spikes @0; signal @1; message @2; }
enum Take { latest @0; linear @1; all @2; }

struct Port {                    # one port of a module, as it is before elements are known
  name @0 :Text;
  output @1 :Bool;
  kind @2 :PortKind;
  unit @3 :Text;
  element @4 :Text;
  take @5 :Take;
  mean @6 :Bool;
  direct @7 :Bool;
  weighted @8 :Bool;
  single @9 :Bool;
  optional @10 :Bool;
  doc @11 :Text;
  elements @12 :UInt64;          # of this rank, 0 where not known yet: for the plan's buffers
}

struct Range { first @0 :UInt64; count @1 :UInt64; stride @2 :UInt64; }

struct Column {
  name @0 :Text;
  unit @1 :Text;
  union { reals @2 :List(Float64); integers @3 :List(Int64); }
}

struct Population { name @0 :Text; first @1 :UInt64; count @2 :UInt64; }

struct ElementTable {
  kind @0 :Text;
  ids @1 :List(Range);
  populations @2 :List(Population);
  columns @3 :List(Column);
}

# A process introduces itself and names its ports: joining, phase one. The reply is `matched` when
# every rank of every module has come, or `stop`.
struct Join {
  module @0 :Text;
  rank @1 :UInt32;
  ranks @2 :UInt32;
  pid @3 :Int64;
  host @4 :Text;
  worldRank @5 :Int32;           # in its MPI job, -1 outside one
  isa @6 :Text;                  # the best instruction set here: "x86-64", "avx2", "avx512"
  ports @7 :List(Port);
  release @8 :Text;              # of Tutti
  job @9 :UInt32;                # whose members share one MPI world; 0: none
  endpoint @10 :Text;            # where processes outside that job reach it
  keeps @11 :Bool;               # its state can go into a checkpoint
}

# One connection as both of its ends see it.
struct Connection {
  id @0 :UInt32;
  fromModule @1 :Text;
  fromPort @2 :Text;
  toModule @3 :Text;
  toPort @4 :Text;
  kind @5 :PortKind;
  delayPs @6 :Int64;
  sourceStepPs @7 :Int64;
  targetStepPs @8 :Int64;
  sourceEndPs @9 :Int64;
  scale @10 :Float64;            # source unit -> target unit
  take @11 :Take;
  direct @12 :Bool;
  mean @13 :Bool;
  weighted @14 :Bool;
  single @15 :Bool;
  hasInitial @16 :Bool;
  initial @17 :Float64;          # in the target's unit
  offset @18 :Int64;
  missingZero @19 :Bool;         # elements that nobody has read as 0
  sourceRanks @20 :UInt32;
  targetRanks @21 :UInt32;
  intervalPs @22 :Int64;         # the plan: one frame covers this much
  credits @23 :UInt32;           # 0: unbounded
  creditBatch @24 :UInt32;
  fromNumber @25 :UInt32;        # module numbers in the run file's order
  toNumber @26 :UInt32;
  onLoss @27 :OnLoss;            # what happens when the source is lost
  standsIn @28 :Int64;           # for this connection, once its source is lost; -1: for none
}

# What a process's ports are connected to. It answers with an `offer` per connected output (at once,
# or when it has seen the tables of its inputs) and then one `want` per connected input.
struct Matched {
  connections @0 :List(Connection);
  isa @1 :Text;                  # the least of the run: what kernels must use
}

struct Offer { port @0 :Text; table @1 :ElementTable; }

# All elements of one source of one input, from all ranks of the source, by rank.
struct Table { connection @0 :UInt32; parts @1 :List(ElementTable); }

struct Want { port @0 :Text; elements @1 :List(Range); }

# A matrix that the source of a connection applies before it sends (docs/adr/0012), from one rank of
# the target to one of the source, before the target's `want`. Large ones come in pieces, whole
# groups each; the columns of all pieces are what the two ranks share, ascending.
struct Projection {
  connection @0 :UInt32;
  sourceRank @1 :UInt32;         # whom the broker passes it on to
  targetRank @2 :UInt32;         # whose it is
  rows @3 :UInt32;               # values that travel in place of the elements
  fractionBits @4 :Int32;        # sums are integers, multiples of 2^-fractionBits
  groups @5 :List(UInt32);       # how many columns each sum of floats takes in
  values @6 :List(Float32);      # column after column, each `rows` values; the unit's scale is in it
}

# Sets by rank, of one connection; a process compiles its routes from them.
struct Route { connection @0 :UInt32; sources @1 :List(List(Range)); targets @2 :List(List(Range)); }

# Two modules of one MPI job that talk to each other. Every process makes its intercommunicators in
# the order of this list, so that nobody waits for somebody who waits elsewhere.
struct Pair { low @0 :UInt32; high @1 :UInt32; }
struct Members {
  module @0 :Text;
  worldRanks @1 :List(Int32);
  job @2 :UInt32;
  endpoints @3 :List(Text);      # by rank
}

# Everybody goes. Sent to all when the last `offer` and `want` is in.
struct Start {
  routes @0 :List(Route);
  pairs @1 :List(Pair);
  modules @2 :List(Members);
  leasePs @3 :Int64;
}

enum Activity { joining @0; computing @1; waiting @2; done @3; }

# Ten times a second and at each change of a wait that lasts. Also the heartbeat.
struct Progress {
  clockPs @0 :Int64;
  activity @1 :Activity;
  connection @2 :UInt32;         # waiting: for which connection,
  sourceRank @3 :UInt32;         #   which rank of its source,
  neededPs @4 :Int64;            #   and how far it must have spoken
  line @5 :Text;                 # the module's one-line summary, if it changed
  computeSeconds @6 :Float64;
  waitSeconds @7 :Float64;
  what @8 :Text;                 # waiting: for what else than a connection
}

# The tick a process may not pass yet.
struct Lease { untilPs @0 :Int64; }

struct Hash { port @0 :Text; bins @1 :List(UInt64); }
struct Done {
  clockPs @0 :Int64;
  hashes @1 :List(Hash);         # of this rank's part: they add up modulo 2^64
  computeSeconds @2 :Float64;
  waitSeconds @3 :Float64;
  frames @4 :UInt64;
  bytes @5 :UInt64;
}

# All are done: leave. Until then an MPI process stays, since leaving is collective.
struct Bye {}

# The last words of a process that cannot go on.
struct Failed { fault @0 :UInt32; text @1 :Text; clockPs @2 :Int64; }

# The run ends now for a reason that is not the receiver's. Close files and go.
struct Stop { fault @0 :UInt32; reason @1 :Text; }

# A module's own process, or job, ended badly: the launcher saw it die, perhaps before it joined. To a
# process: this module is no more and the run goes on; it neither waits for it nor sends to it.
struct Lost { module @0 :Text; how @1 :Text; }

# A watcher (launcher, `tutti ps`, `tutti attach`) asks for `status` until it leaves.
struct Watch { everyMs @0 :UInt32; }

struct MemberStatus {
  module @0 :Text;
  rank @1 :UInt32;
  pid @2 :Int64;
  clockPs @3 :Int64;
  activity @4 :Activity;
  waitsFor @5 :Text;             # "calcium.ca_i up to 12.3 ms"
  line @6 :Text;
  computeSeconds @7 :Float64;
  waitSeconds @8 :Float64;
}

enum Phase { joining @0; matching @1; running @2; paused @3; leaving @4; ended @5; }

struct Status {
  phase @0 :Phase;
  stopPs @1 :Int64;
  clockPs @2 :Int64;             # of the member that is furthest behind
  members @3 :List(MemberStatus);
  fault @4 :UInt32;              # ended: why,
  reason @5 :Text;               #   in one sentence
  culprit @6 :Text;              #   and by whom: "cortex rank 1"
  summary @7 :Text;              # ended: JSON with hashes and timings
  ok @8 :Bool;
  notices @9 :List(Text);        # what people should know: modules that were lost
}

# A watcher's request; `answer` says at which simulated time it takes effect.
struct Command {
  id @0 :UInt32;
  union { pause @1 :Void; resume @2 :Void; step @3 :Int64; stop @4 :Text;
          cut @5 :Void;          # a pause at one instant that is on every module's grid
          send @6 :Send;         # something for an input port
          mark @7 :Text;         # a note in the run's log of steering
          checkpoint @8 :Bool; } # the run's state into files; true: and then the run ends
}

# What a person gives to an input port of a running module.
struct Send {
  port @0 :Text;                 # "cortex.drive"
  elements @1 :List(Range);      # of the port's numbering; empty: all
  union {
    spikes @2 :Float64;          # one spike to each element, with this weight
    signal :group {
      value @3 :Float64;         # in the port's unit
      forPs @4 :Int64;           # how long; 0: until another one comes
      add @5 :Bool;              # to what the sources say; else in its place
    }
    message @6 :Data;
  }
  mediaType @7 :Text;            # of a message
}

# A `send` that takes effect in the window that begins at `atPs`, which every process has before it.
struct Inject { atPs @0 :Int64; what @1 :Send; }

# What all processes are to save when they reach `atPs`, which they have before them. Sources
# remember what they say after `sincePs`.
struct Save { atPs @0 :Int64; sincePs @1 :Int64; folder @2 :Text; }

# It is saved, or `text` says why not.
struct Saved { atPs @0 :Int64; text @1 :Text; }

struct Answer { id @0 :UInt32; ok @1 :Bool; atPs @2 :Int64; text @3 :Text; }
