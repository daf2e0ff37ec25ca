import type { Snapshot, SnapshotRow } from './snapshot.ts';

/** Room on the terminal, in characters. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}

const headings = ['NODE', 'ZONE', 'SUBNET', 'ENI', 'INDEX', 'STATUS'];
const none = '-';
// Heading, counters, the line that tells of hidden rows, and the one the cursor is on.
const linesBesidesRows = 4;

/** The table of all ENIs with counters below, cut to the room there is. */
export function renderTable(snapshot: Snapshot, room: Room): readonly string[] {
  const shown = snapshot.rows.slice(0, Math.max(1, room.rows - linesBesidesRows));
  const hidden = snapshot.rows.length - shown.length;
  const cells = [headings, ...shown.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = [
    ...cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')),
    ...(hidden > 0 ? [`… and ${hidden} more`] : []),
    renderCounters(snapshot),
  ];
  return lines.map((line) => line.trimEnd().slice(0, room.columns));
}

/** One line for each ENI that is new, changed or gone, for output that cannot be redrawn. */
export function renderChanges(previous: Snapshot | undefined, next: Snapshot): readonly string[] {
  const before = (previous?.rows ?? []).flatMap(linesOf);
  const after = next.rows.flatMap(linesOf);
  const lines = [
    ...before
      .filter(({ key }) => !after.some((line) => line.key === key))
      .map(({ place, eni }) => `${place}: ${eni} is gone`),
    ...after.filter(({ text }) => !before.some((line) => line.text === text)).map(({ text }) => text),
  ];
  return lines.map((line) => `${seconds(next.elapsedMs)}  ${line}`);
}

/** What the NodeENI has and what it cost. */
export function renderCounters({ rows, nodeEni, ec2Calls, elapsedMs }: Snapshot): string {
  const nodes = new Set(rows.map(({ node }) => node)).size;
  const enis =
    nodeEni === undefined
      ? 'no NodeENI'
      : `${nodeEni.desired} wanted, ${nodeEni.attached} attached, ${nodeEni.ready} ready`;
  const calls = `EC2 calls ${ec2Calls.mutating} changing + ${ec2Calls.reading} reading`;
  return `${nodes} ${nodes === 1 ? 'node' : 'nodes'}: ${enis} | ${calls} | ${seconds(elapsedMs)}`;
}

function cellsOf({ node, zone, attachment }: SnapshotRow): readonly string[] {
  if (attachment === undefined) return [node, zone, none, none, none, none];
  const { subnetId, eniId, deviceIndex, status } = attachment;
  return [node, zone, subnetId, eniId ?? none, String(deviceIndex), status];
}

interface AttachmentLine {
  /** The same as long as it is the same attachment. */
  readonly key: string;
  readonly place: string;
  readonly eni: string;
  readonly text: string;
}

function linesOf({ node, zone, attachment }: SnapshotRow): readonly AttachmentLine[] {
  if (attachment === undefined) return [];
  const { subnetId, eniId, deviceIndex, status } = attachment;
  const place = `${node} (${zone})`;
  const eni = eniId ?? 'new ENI';
  const text = `${place}: ${eni} in ${subnetId} at index ${deviceIndex}: ${status}`;
  return [{ key: `${node}/${subnetId}/${deviceIndex}`, place, eni, text }];
}

function seconds(elapsedMs: number): string {
  return `${(elapsedMs / 1000).toFixed(1)} s`;
}
