/** The one door to the engine: all that rules and adapfiles may import, as 'adap'. */
export type { Failed, Problem } from './model/problem.ts';
export { failed } from './model/problem.ts';
export type { Check, Project, Report, RuleCommand } from './model/project.ts';
export type {
  Contents,
  Entry,
  Facts,
  Flat,
  Given,
  Handle,
  Indexed,
  LeftOut,
  Link,
  Output,
  Params,
  Rule,
  SourceIndex,
} from './model/rule.ts';
export { unreachable } from './lib/unreachable.ts';
