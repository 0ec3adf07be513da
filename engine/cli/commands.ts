import type { Command } from './command.ts';

/** Every command of the engine, in the order of `adap --help`; each is loaded when it is called. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init-command.ts')).initCommand,
  build: async () => (await import('./build-command.ts')).buildCommand,
  why: async () => (await import('./why-command.ts')).whyCommand,
  status: async () => (await import('./status-command.ts')).statusCommand,
  list: async () => (await import('./list-command.ts')).listCommand,
  doctor: async () => (await import('./doctor-command.ts')).doctorCommand,
};
