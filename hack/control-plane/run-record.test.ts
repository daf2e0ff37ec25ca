import { describe, expect, it } from 'vitest';
import type { ProcessIdentity } from './inspect-process.ts';
import { judgeLeftover, parseRunRecord, type RunRecord } from './run-record.ts';

const dir = '/data/cp';
const record: RunRecord = { owner: { pid: 10, started: '100' }, etcdPid: 11, apiServerPid: 12 };
const owner: ProcessIdentity = { started: '100', commandLine: ['node', 'main.ts'] };
const etcd: ProcessIdentity = { started: '101', commandLine: ['/bin/etcd', `--data-dir=${dir}/data`] };
const apiServer: ProcessIdentity = {
  started: '102',
  commandLine: ['/bin/kube-apiserver', `--tls-cert-file=${dir}/certificates/server.crt`],
};

function judge(running: Readonly<Record<number, ProcessIdentity>>): ReturnType<typeof judgeLeftover> {
  return judgeLeftover(record, dir, (pid) => running[pid]);
}

describe('what a new run does about an earlier one', () => {
  it('leaves a living run alone', () => {
    expect(judge({ 10: owner, 11: etcd, 12: apiServer })).toEqual({ kind: 'in-use', pid: 10 });
  });

  it('ends both servers of a killed run, the API server first', () => {
    expect(judge({ 11: etcd, 12: apiServer })).toEqual({ kind: 'free', endPids: [12, 11] });
  });

  it('is not fooled by a new process with the id of the killed owner', () => {
    expect(judge({ 10: { ...owner, started: '900' }, 11: etcd })).toEqual({ kind: 'free', endPids: [11] });
  });

  it.each<[string, ProcessIdentity]>([
    ['another program on that folder', { started: '1', commandLine: ['/bin/backup', `--from=${dir}/data`] }],
    ['etcd on another folder', { started: '1', commandLine: ['/bin/etcd', '--data-dir=/data/other/data'] }],
    [
      'etcd on a folder whose name starts alike',
      { started: '1', commandLine: ['/bin/etcd', `--data-dir=${dir}2/data`] },
    ],
    ['a kernel thread', { started: '1', commandLine: [] }],
  ])('never ends %s that now has the id', (_, process) => {
    expect(judge({ 11: process })).toEqual({ kind: 'free', endPids: [] });
  });

  it.each(['', '{', '[]', 'null', '{"owner":{"pid":"1"},"etcdPid":-1,"apiServerPid":1}'])(
    'knows no process from the damaged record %j',
    (text) => {
      expect(parseRunRecord(text)).toEqual({});
    },
  );

  it('reads back what it wrote', () => {
    expect(parseRunRecord(JSON.stringify(record))).toEqual(record);
  });
});
