import { connect, type Socket } from "node:net";
import type { Slot } from "../cluster.ts";
import type { Fault, Stage } from "../fault.ts";

/** Descriptors of an edge: some for itself, the rest for connections. */
const EDGE_FILES_MAX = 96;
const DISPATCHER_FILES_MAX = 96;

/** Heaps, in megabytes. */
const EDGE_HEAP_MB = 64;
const DISPATCHER_HEAP_MB = 64;

/** Idle connections opened at once. */
const CONNECTIONS = 200;

/** How long they stay, in milliseconds. */
const HELD_MS_MAX = 3_000;

const QUIET_MS_MAX = 1_000;

function limited(files: number, heapMb: number) {
  return {
    via: ["sh", "-c", `ulimit -n ${files}; exec "$@"`, "sh"],
    nodeArgs: [`--max-old-space-size=${heapMb}`],
  };
}

export const fewResources: Fault = {
  name: "F12",
  what: "few file descriptors and a small heap",
  stores: ["embedded"],
  kills: { short: { embedded: 1 }, full: 10 },
  async prepare() {
    return {
      edgeOptions: limited(EDGE_FILES_MAX, EDGE_HEAP_MB),
      dispatcherOptions: limited(DISPATCHER_FILES_MAX, DISPATCHER_HEAP_MB),
    };
  },
  async strike(stage) {
    const { cluster, kills, quiet, struck, acked } = stage;
    const watching = [...cluster.edges, ...cluster.dispatchers].map((slot) => watch(slot, stage));
    for (let kill = 0; kill < kills; kill += 1) {
      await quiet(QUIET_MS_MAX);
      const sockets = cluster.edges.flatMap(({ edgePort }) => occupy(edgePort));
      await Promise.all([quiet(HELD_MS_MAX), stage.load.burst(64)]);
      for (const socket of sockets) socket.destroy();
      struck();
      await acked();
    }
    for (const { stop } of watching) stop();
  },
};

function occupy(port: number): Socket[] {
  return Array.from({ length: CONNECTIONS }, () => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    return socket;
  });
}

/** Starts a program again whenever it ends, and demands a last word of it. */
function watch(slot: Slot, { problem }: Pick<Stage, "problem">): { stop(): void } {
  let watched = true;
  void (async () => {
    for (;;) {
      const how = await slot.program.ended;
      if (!watched) return;
      if (slot.lines.length === 0) problem(`${slot.name} ended with ${how} and said nothing`);
      slot.lines.length = 0;
      await slot.start();
    }
  })();
  return {
    stop() {
      watched = false;
    },
  };
}
