/** One call as it was answered. Credentials are never part of it. */
export interface RecordedCall {
  /** 1 for the first call since the start; never reused. */
  readonly sequence: number;
  readonly timeMs: number;
  readonly time: string;
  readonly action: string;
  /** The call's parameters by wire name, such as `Filter.1.Name`. */
  readonly params: Readonly<Record<string, string>>;
  /** `OK` or the error code of the reply. */
  readonly code: string;
  readonly status: number;
  /** What reached the client: the reply, a broken reply, or nothing although the call may have taken effect. */
  readonly transport: 'reply' | 'malformed' | 'reset';
  /** Ids in the parameters and of things made. */
  readonly ids: readonly string[];
  readonly latencyMs: number;
  /** The access key id of the signature; `anonymous` without one. */
  readonly identity: string;
  readonly userAgent: string;
  readonly requestId: string;
  /** Fault rules that had a hand in it. */
  readonly faultIds: readonly string[];
}

/** A cut of the audit log. */
export interface AuditPage {
  readonly calls: readonly RecordedCall[];
  /** Pass it as `since` to read on. */
  readonly lastSequence: number;
  /** Calls no longer kept. */
  readonly dropped: number;
}

/** All calls, oldest first, up to a maximum. */
export interface AuditLog {
  record(call: Omit<RecordedCall, 'sequence'>): RecordedCall;
  /** Calls after a sequence number, of one action or all. */
  read(query: { readonly since: number; readonly action: string | undefined }): AuditPage;
  clear(): void;
}

/** Opens an empty log that keeps at most `maxCalls()` calls. */
export function createAuditLog(maxCalls: () => number): AuditLog {
  let calls: RecordedCall[] = [];
  let sequence = 0;
  let dropped = 0;
  return {
    record: (call) => {
      const recorded: RecordedCall = { ...call, sequence: (sequence += 1) };
      calls.push(recorded);
      // Cut in bulk, so that a full log does not move its whole array at each call.
      const surplus = calls.length - maxCalls();
      if (surplus > Math.min(1_000, maxCalls() * 0.1)) {
        calls = calls.slice(surplus);
        dropped += surplus;
      }
      return recorded;
    },
    read: ({ since, action }) => ({
      calls: calls.filter(
        (call) => call.sequence > since && (action === undefined || call.action === action),
      ),
      lastSequence: sequence,
      dropped,
    }),
    clear: () => {
      calls = [];
      dropped = 0;
    },
  };
}
