import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** Resident memory of a process, MiB, as Linux counts it. @throws Error when it does not run */
export function residentMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error(`process ${pid} has no resident memory`);
  return Number(kib) / 1024;
}

interface InspectorTarget {
  readonly webSocketDebuggerUrl: string;
}

/**
 * Lets a Node.js process that runs with `--inspect=127.0.0.1:PORT` collect its garbage, so that what is resident
 * afterwards is what it needs.
 */
export async function collectGarbage(inspectorPort: number): Promise<void> {
  const reply = await fetch(`http://127.0.0.1:${inspectorPort}/json/list`);
  // The shape is the inspector's promise.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const [target] = (await reply.json()) as readonly InspectorTarget[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '');
  await once(socket, 'open');
  // Twice: what finalizers let go of is collected by the second.
  for (const id of [1, 2]) {
    socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
    await once(socket, 'message');
  }
  socket.close();
}
