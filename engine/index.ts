/** The one door to the engine: all that rules and adapfiles may import, as 'adap'. */
export type { Failed, Problem } from './model/problem.ts';
export { failed } from './model/problem.ts';
export { failing } from './model/failing.ts';
export type { Cause } from './model/cause.ts';
export type { Cluster, NodeCondition } from './model/cluster.ts';
export type { Finding } from './model/finding.ts';
export type { Evidence } from './model/evidence.ts';
export type { TargetRecord } from './model/record.ts';
export type { PolicyChanges } from './model/policy.ts';
export type { Asked, Check, Project, Report, RuleCommand, StandingTarget } from './model/project.ts';
export type {
  Completeness,
  Contents,
  Entry,
  Facts,
  Flat,
  Given,
  Handle,
  Indexed,
  InputMember,
  LeftOut,
  Link,
  LogProgress,
  MadeInput,
  MadeOutputs,
  Output,
  Params,
  Rule,
  Run,
  Shell,
  SourceIndex,
} from './model/rule.ts';
export type { Wants } from './model/wants.ts';
export { unreachable } from './lib/unreachable.ts';
