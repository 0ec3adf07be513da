import { buildCommand } from './build-command.ts';
import type { Command } from './command.ts';
import { doctorCommand } from './doctor-command.ts';
import { initCommand } from './init-command.ts';
import { listCommand } from './list-command.ts';
import { statusCommand } from './status-command.ts';
import { whyCommand } from './why-command.ts';

/** Every command of the engine, in the order of `adap --help`. */
export const COMMANDS: readonly Command[] = [initCommand, buildCommand, whyCommand, statusCommand, listCommand, doctorCommand];
