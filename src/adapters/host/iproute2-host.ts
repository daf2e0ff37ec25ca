import { isCandidate, type LinkSearchRules } from '../../domain/host/find-link.ts';
import type { HostLink, HostState } from '../../domain/host/host-state.ts';
import type { HostStep } from '../../domain/host/host-step.ts';
import type { Host } from '../../daemon/ports.ts';
import { HostError } from './host-error.ts';
import type { IpCommand } from './ip-command.ts';
import {
  type HostPaths,
  readDriver,
  readIndex,
  readLinklessDevices,
  readSysctls,
  writeSysctl,
} from './link-files.ts';
import { createLinkNaming, type LinkNaming } from './link-naming.ts';
import { readManager } from './link-managers.ts';
import { type LinkMonitorDeps, watchLinks } from './link-monitor.ts';
import { type ParsedLink, parseLinks, parseRoutes, parseRules, splitJsonArrays } from './parse-ip.ts';
import { type IpStep, ipArguments } from './step-arguments.ts';

/** What {@link createIproute2Host} needs. */
export interface Iproute2HostDeps extends LinkMonitorDeps {
  readonly rules: LinkSearchRules;
  readonly ip: IpCommand;
  readonly paths: HostPaths;
}

const READ_ALL = 'address show\nroute show table all\nrule show\n';

/** What a read needs. */
interface HostReading {
  readonly ip: IpCommand;
  readonly paths: HostPaths;
  readonly rules: LinkSearchRules;
  readonly naming: LinkNaming;
}

async function completeLink(link: ParsedLink, { paths, rules }: HostReading): Promise<HostLink> {
  // Of links that are nobody's ENI, of which nodes have hundreds, nothing more is ever asked.
  if (!isCandidate(link, rules)) return { ...link, sysctls: {} };
  const [sysctls, driver, manager] = await Promise.all([
    readSysctls(paths, link.name),
    readDriver(paths, link.name),
    readManager(paths, link.index),
  ]);
  return {
    ...link,
    sysctls,
    ...(driver === undefined ? {} : { driver }),
    ...(manager === undefined ? {} : { manager }),
  };
}

/** ENIs are devices of the PCI bus; links that programs make, udev does not rename. */
async function completeLinks(links: readonly ParsedLink[], reading: HostReading): Promise<HostLink[]> {
  const devices = links.filter(({ kind, pciAddress }) => kind === undefined && pciAddress !== undefined);
  const unnamed = await reading.naming.unfinished(devices.map(({ index }) => index));
  return Promise.all(
    links.map(async (link) => ({
      ...(await completeLink(link, reading)),
      ...(unnamed.has(link.index) ? { isBeingNamed: true as const } : {}),
    })),
  );
}

async function readHost(reading: HostReading, signal: AbortSignal): Promise<HostState> {
  const { ip, paths } = reading;
  const [output, linklessDevices, all] = await Promise.all([
    ip.run(['-json', '-d', '-batch', '-'], { input: READ_ALL, signal }),
    readLinklessDevices(paths),
    readSysctls(paths, 'all'),
  ]);
  const [links = [], routes = [], rules = []] = splitJsonArrays(output);
  return {
    links: await completeLinks(parseLinks(links), reading),
    routes: parseRoutes(routes),
    rules: parseRules(rules),
    linklessDevices,
    ...(all.rp_filter === undefined ? {} : { rpFilterOfAll: all.rp_filter }),
  };
}

/** Whether the step asks for what is so already: somebody else did it between the read and the step. */
function isDoneAlready(step: IpStep, error: unknown): boolean {
  if (!(error instanceof HostError)) return false;
  if (step.kind.startsWith('remove-')) return error.kind === 'absent';
  return step.kind.startsWith('add-') && error.kind === 'conflict';
}

/** Indexes of links by name, as one read showed them. */
type LinkIndexes = ReadonlyMap<string, number>;

/**
 * By which `ip` means the link that was read, whatever is called so by now: `ifINDEX` (iproute2 lib/ll_map.c,
 * ll_name_to_index). A new link bears a name of the kernel until udev renames it, and the next one may get that name.
 */
function referTo(linkName: string, indexes: LinkIndexes): string {
  const index = indexes.get(linkName);
  const reference = `if${index}`;
  return index === undefined || indexes.has(reference) ? linkName : reference;
}

function withReference(step: IpStep, indexes: LinkIndexes): IpStep {
  if ('rule' in step) return step;
  if ('route' in step) {
    return { ...step, route: { ...step.route, linkName: referTo(step.route.linkName, indexes) } };
  }
  return { ...step, linkName: referTo(step.linkName, indexes) };
}

/** The kernel's files know links by their names only. @throws HostError where the name is another link's by now */
async function checkName(linkName: string, indexes: LinkIndexes, paths: HostPaths): Promise<void> {
  const [index, now] = [indexes.get(linkName), await readIndex(paths, linkName)];
  if (index === undefined || now === undefined || index === now) return;
  throw new HostError(`${linkName} is another link by now: it was renamed or replaced`, { kind: 'absent' });
}

/** The host through iproute2 and the kernel's files, in the network namespace of this process. */
export function createIproute2Host(deps: Iproute2HostDeps): Host {
  const reading = { ...deps, naming: createLinkNaming(deps) };
  let indexes: LinkIndexes = new Map();
  return {
    async read(signal) {
      const state = await readHost(reading, signal);
      indexes = new Map(state.links.map(({ name, index }) => [name, index]));
      return state;
    },

    async apply(step: HostStep, signal) {
      if (step.kind === 'set-sysctl') {
        await checkName(step.linkName, indexes, deps.paths);
        return writeSysctl(deps.paths, step);
      }
      try {
        await deps.ip.run(ipArguments(withReference(step, indexes)), { signal });
      } catch (error) {
        if (!isDoneAlready(step, error)) throw error;
      }
    },

    watch: (onChange, signal) => watchLinks(onChange, deps, signal),
  };
}
