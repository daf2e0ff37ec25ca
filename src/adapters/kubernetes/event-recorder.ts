import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import { TokenBucket } from '../../runtime/token-bucket.ts';
import { isApiError } from './api-error.ts';
import type { ApiTransport } from './api-transport.ts';
import { createTypedClient, type TypedClient } from './typed-client.ts';

/** The object an event is about. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for cluster-scoped objects; their events live in namespace `default`. */
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
}

/** Something worth telling the owner of an object. */
export interface EventNote {
  readonly subject: EventSubject;
  readonly type: 'Normal' | 'Warning';
  /** PascalCase, as in conditions. */
  readonly reason: string;
  readonly message: string;
}

/** What {@link createEventRecorder} needs. */
export interface EventRecorderOptions {
  readonly transport: ApiTransport;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The program: `multi-eni-operator`. */
  readonly component: string;
  /** The process: the pod name. */
  readonly instance: string;
  /** The same note within this time raises a count instead of making an event; default 600,000 ms. */
  readonly windowMs?: number;
  /** Events an object may get at once; default 25, then one every five minutes, as client-go allows. */
  readonly burstPerObject?: number;
  readonly onDropped?: () => void;
}

/** Writes Kubernetes events in the background. */
export interface EventRecorder {
  /** Never throws and never waits; what cannot be written is logged. */
  record(note: EventNote): void;
  /** Resolves when everything recorded so far was written or given up. */
  flush(): Promise<void>;
}

interface Series {
  readonly note: EventNote;
  readonly eventName: string;
  readonly firstMs: number;
  lastMs: number;
  count: number;
  /** The event exists, so the next write is a patch. */
  isCreated: boolean;
}

const refillMs = 300_000;
/** Objects and series remembered; the least recently used are forgotten first. */
const mostRemembered = 4096;
/** Kubernetes' own limit of an event's message. */
const longestMessageChars = 1024;
/** Object names may have 253 characters; the suffix takes its share. */
const longestNamePrefixChars = 230;

function seriesKey({ subject, type, reason, message }: EventNote): string {
  return JSON.stringify([subject.kind, subject.uid, subject.name, type, reason, message]);
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > mostRemembered ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}

function toTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Creates a recorder of core/v1 events; `kubectl describe` shows them with their count. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { transport, clock, logger, component, instance } = options;
  const client = createTypedClient(transport);
  const windowMs = options.windowMs ?? 600_000;
  const burst = options.burstPerObject ?? 25;
  const known = new Map<string, Series>();
  const buckets = new Map<string, TokenBucket>();
  const unwritten = new Set<Series>();
  let writing: Promise<void> | undefined;
  let created = 0;

  function isAllowed({ uid, name }: EventSubject): boolean {
    const key = `${uid}/${name}`;
    const bucket = buckets.get(key) ?? new TokenBucket({ clock, tokensPerSecond: 1000 / refillMs, burst });
    remember(buckets, key, bucket);
    return bucket.tryTake();
  }

  function newSeries(note: EventNote): Series {
    const nowMs = clock.now();
    created += 1;
    const suffix = `${nowMs.toString(16)}.${created.toString(16)}`;
    const eventName = `${note.subject.name.slice(0, longestNamePrefixChars)}.${suffix}`;
    return { note, eventName, firstMs: nowMs, lastMs: nowMs, count: 0, isCreated: false };
  }

  function eventsAbout({ namespace = 'default' }: EventSubject): ReturnType<TypedClient['events']> {
    return client.events(namespace);
  }

  async function create(series: Series): Promise<void> {
    const { subject, type, reason, message } = series.note;
    await eventsAbout(subject).create({
      metadata: { name: series.eventName },
      involvedObject: subject,
      type,
      reason,
      message: message.slice(0, longestMessageChars),
      source: { component, host: instance },
      reportingComponent: component,
      reportingInstance: instance,
      firstTimestamp: toTime(series.firstMs),
      lastTimestamp: toTime(series.lastMs),
      count: series.count,
    });
    series.isCreated = true;
  }

  async function patch({ note, eventName, count, lastMs }: Series): Promise<void> {
    const body = { count, lastTimestamp: toTime(lastMs) };
    await eventsAbout(note.subject).patch(eventName, { type: 'merge', body });
  }

  async function write(series: Series): Promise<void> {
    try {
      if (!series.isCreated) return await create(series);
      await patch(series);
    } catch (error) {
      // Events live for an hour by default, a series may live longer.
      if (!series.isCreated || !isApiError(error, 'absent')) throw error;
      series.isCreated = false;
      await create(series);
    }
  }

  async function writeAll(): Promise<void> {
    // Series that are added meanwhile come later in the same loop.
    for (const series of unwritten) {
      unwritten.delete(series);
      try {
        await write(series);
      } catch (error) {
        const { subject, reason } = series.note;
        logger.warn({ kind: subject.kind, object: subject.name, reason, err: error }, 'cannot write event');
      }
    }
    writing = undefined;
  }

  function seriesOf(note: EventNote): Series {
    const key = seriesKey(note);
    const last = known.get(key);
    const series = last !== undefined && clock.now() - last.lastMs < windowMs ? last : newSeries(note);
    remember(known, key, series);
    return series;
  }

  return {
    record(note) {
      if (!isAllowed(note.subject)) {
        options.onDropped?.();
        logger.debug(
          { kind: note.subject.kind, object: note.subject.name, reason: note.reason },
          'event dropped',
        );
        return;
      }
      const series = seriesOf(note);
      series.count += 1;
      series.lastMs = clock.now();
      unwritten.add(series);
      writing ??= writeAll();
    },
    async flush() {
      await writing;
    },
  };
}
