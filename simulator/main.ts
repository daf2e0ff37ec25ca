import { createSystemClock, createVirtualClock } from './clock.ts';
import { type SimulatorConfig, helpText, readConfig } from './config.ts';
import { type Ec2Simulator, startEc2Simulator } from './ec2-simulator.ts';

function log(message: string, fields: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify({ message, ...fields })}\n`);
}

function definedEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function closeOnSignal(simulator: Ec2Simulator): void {
  let isClosing = false;
  const close = (): void => {
    if (isClosing) return;
    isClosing = true;
    simulator.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log('close failed', { error: String(error) });
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', close);
  process.on('SIGTERM', close);
}

async function run({ isClockVirtual, ...config }: SimulatorConfig): Promise<void> {
  const simulator = await startEc2Simulator({
    ...config,
    clock: isClockVirtual ? createVirtualClock() : createSystemClock(),
    hookEnvironment: definedEnvironment(),
    log,
  });
  closeOnSignal(simulator);
  process.stdout.write(`listening on ${simulator.url}\n`);
}

const result = readConfig(process.argv.slice(2), process.env);
if (result.kind === 'help') {
  process.stdout.write(helpText());
} else if (result.kind === 'invalid') {
  for (const problem of result.problems) process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
} else {
  run(result.config).catch((error: unknown) => {
    process.stderr.write(`cannot listen on ${result.config.host}:${result.config.port}: ${String(error)}\n`);
    process.exitCode = 1;
  });
}
