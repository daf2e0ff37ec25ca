import type { HostLink, HostState } from '../../domain/host/host-state.ts';
import type { HostStep } from '../../domain/host/host-step.ts';
import type { Host } from '../../daemon/ports.ts';
import { HostError } from './host-error.ts';
import type { IpCommand } from './ip-command.ts';
import { type HostPaths, readDriver, readLinklessDevices, readSysctls, writeSysctl } from './link-files.ts';
import { readManager } from './link-managers.ts';
import { type LinkMonitorDeps, watchLinks } from './link-monitor.ts';
import { type ParsedLink, parseLinks, parseRoutes, parseRules, splitJsonArrays } from './parse-ip.ts';
import { type IpStep, ipArguments } from './step-arguments.ts';

/** What {@link createIproute2Host} needs. */
export interface Iproute2HostDeps extends LinkMonitorDeps {
  readonly ip: IpCommand;
  readonly paths: HostPaths;
}

const READ_ALL = 'address show\nroute show table all\nrule show\n';

async function completeLink(link: ParsedLink, paths: HostPaths): Promise<HostLink> {
  // Of virtual links, of which nodes have hundreds, nothing more is ever asked.
  const isCandidate = link.kind === undefined || link.kind === 'veth';
  if (link.isLoopback || !isCandidate) return { ...link, sysctls: {} };
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

async function readHost({ ip, paths }: Iproute2HostDeps, signal: AbortSignal): Promise<HostState> {
  const [output, linklessDevices, all] = await Promise.all([
    ip.run(['-json', '-d', '-batch', '-'], { input: READ_ALL, signal }),
    readLinklessDevices(paths),
    readSysctls(paths, 'all'),
  ]);
  const [links = [], routes = [], rules = []] = splitJsonArrays(output);
  return {
    links: await Promise.all(parseLinks(links).map((link) => completeLink(link, paths))),
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

/** The host through iproute2 and the kernel's files, in the network namespace of this process. */
export function createIproute2Host(deps: Iproute2HostDeps): Host {
  return {
    read: (signal) => readHost(deps, signal),

    async apply(step: HostStep, signal) {
      if (step.kind === 'set-sysctl') return writeSysctl(deps.paths, step);
      try {
        await deps.ip.run(ipArguments(step), { signal });
      } catch (error) {
        if (!isDoneAlready(step, error)) throw error;
      }
    },

    watch: (onChange, signal) => watchLinks(onChange, deps, signal),
  };
}
