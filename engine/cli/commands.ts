import type { Command } from './command.ts';

/** Every command of the engine, in the order of `adap --help`; each is loaded when it is called. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init-command.ts')).initCommand,
  build: async () => (await import('./build-command.ts')).buildCommand,
  why: async () => (await import('./why-command.ts')).whyCommand,
  status: async () => (await import('./status-command.ts')).statusCommand,
  list: async () => (await import('./list-command.ts')).listCommand,
  log: async () => (await import('./log-command.ts')).logCommand,
  verify: async () => (await import('./verify-command.ts')).verifyCommand,
  clean: async () => (await import('./clean-command.ts')).cleanCommand,
  get: async () => (await import('./get-command.ts')).getCommand,
  put: async () => (await import('./put-command.ts')).putCommand,
  worker: async () => (await import('./worker-command.ts')).workerCommand,
  queue: async () => (await import('./queue-command.ts')).queueCommand,
  cluster: async () => (await import('./cluster-command.ts')).clusterCommand,
  doctor: async () => (await import('./doctor-command.ts')).doctorCommand,
  completion: async () => (await import('./completion-command.ts')).completionCommand,
  complete: async () => (await import('./complete-command.ts')).completeCommand(COMMANDS),
};
