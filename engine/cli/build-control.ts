/** Signals while a build runs: Ctrl-C once, twice; a terminal that is closed; kill. */
import type { Control } from '../build.ts';
import { EXIT } from './command.ts';

export type BuildControl = {
  readonly control: Control;
  /** From now on signals are heard. */
  begin(): void;
  end(): void;
  /** The exit code that a signal asks for; undefined where there was none. */
  exit(): number | undefined;
};

/** `running`: how many attempts go on at this moment. */
export function createBuildControl({
  complain,
  running,
}: {
  readonly complain: (line: string) => void;
  readonly running: () => number;
}): BuildControl {
  const cancel = new AbortController();
  const leave = new AbortController();
  let interrupts = 0;
  let exit: number | undefined;
  const interrupt = (): void => {
    interrupts += 1;
    exit = EXIT.interrupted;
    if (interrupts === 1) complain(firstWords(running()));
    else if (interrupts === 2) {
      complain('cancelled: what runs is told to end; it is ended when its grace is over');
      cancel.abort();
    } else process.exit(EXIT.interrupted);
  };
  // What runs needs neither terminal nor builder: it goes on, and the next build takes it over.
  const leaveNow = (code: number) => (): void => {
    exit = code;
    leave.abort();
  };
  const handlers = { SIGINT: interrupt, SIGHUP: leaveNow(129), SIGTERM: leaveNow(143) } as const;
  const signals = Object.keys(handlers) as (keyof typeof handlers)[];
  return {
    control: { isInterrupted: () => interrupts > 0 || leave.signal.aborted, cancel: cancel.signal, leave: leave.signal },
    begin: () => signals.forEach((signal) => void process.on(signal, handlers[signal])),
    end: () => signals.forEach((signal) => void process.off(signal, handlers[signal])),
    exit: () => exit,
  };
}

function firstWords(running: number): string {
  const begun = 'interrupted: nothing more is begun';
  if (running === 0) return begun;
  const [are, them] = running === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${begun}; ${running} running ${are} waited for\n  Ctrl-C again cancels ${them}; kill -TERM ${process.pid} leaves ${them} running for the next build`;
}
