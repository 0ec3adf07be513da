import type { Problem } from '../model/problem.ts';

/** The words for what is wrong with a command line or an adapfile. */
export const noCommand = (word: string, nearest: string | undefined): Problem => ({
  code: 'no-command',
  says: `no command ${word}`,
  try: nearest === undefined ? 'adap --help' : `adap ${nearest}`,
});

export const badOption = (says: string, command: string): Problem => ({ code: 'bad-option', says, try: `adap ${command} --help` });

export const noAdapfile = (folder: string): Problem => ({
  code: 'no-adapfile',
  says: `no adapfile.ts in ${folder}, nor in any folder above it`,
  try: 'adap init --raw DIR --config DIR --home DIR',
});

export const adapfileBroken = (file: string, error: Error): Problem => ({
  code: 'adapfile-broken',
  says: `${file} cannot be loaded: ${error.message.split('\n')[0] ?? ''}`,
  file,
  ...lineOf(error, file),
  try: `correct ${file}`,
});

export const adapfileNoProject = (file: string): Problem => ({
  code: 'adapfile-no-project',
  says: `${file} does not export a project`,
  file,
  try: 'export default deimos({ home, config, raw })',
});

export const adapfileExists = (file: string): Problem => ({
  code: 'adapfile-exists',
  says: `${file} is there already, and is left as it is`,
  file,
  try: `edit it, or name another folder: adap -C DIR init`,
});

export const fileSystemRefuses = (says: string): Problem => ({ code: 'file-system', says, try: 'adap doctor' });

export const missingOption = (option: string, command: string): Problem => ({
  code: 'missing-option',
  says: `adap ${command} needs ${option}`,
  try: `adap ${command} --help`,
});

/** The place that a stack names, where it names one in the file. */
function lineOf(error: Error, file: string): { line?: number; column?: number } {
  const found = new RegExp(`${file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}:(\\d+)(?::(\\d+))?`).exec(error.stack ?? '');
  if (found === null) return {};
  return { line: Number(found[1]), ...(found[2] === undefined ? {} : { column: Number(found[2]) }) };
}

export const homeOnNetwork = (home: string, kind: string): Problem => ({
  code: 'home-on-network',
  says: `the home ${home} lies on a network file system (${kind}); locks between machines are not safe there`,
  try: 'build from one machine only, or put the home on a local disk',
});

export const diskLow = (home: string, freeGiB: number, inodes: number): Problem => ({
  code: 'disk-low',
  says: `${freeGiB.toFixed(2)} GiB and ${inodes} inodes are free at ${home}`,
  try: `df -h ${home}; df -i ${home}`,
});

/** So many targets fit into one line to type. */
const FEW = 5;

export const damageNotNoted = (targets: readonly string[], obstacle: Problem): Problem => ({
  code: 'damage-not-noted',
  says: `${targets.length === 1 ? targets[0] : `${targets.length} targets`} could not be noted as damaged, and plans go on to believe their stamps: ${obstacle.says}`,
  try: `once that is over, adap verify${targets.length > FEW ? '' : targets.map((target) => ` '${target}'`).join('')}`,
});

export const clockSkew = (says: string): Problem => ({
  code: 'clock-skew',
  says,
  try: 'date, on this machine and where the home lies; timedatectl shows whether the clock is kept',
});

export const fewOpenFiles = (limit: string): Problem => ({
  code: 'few-open-files',
  says: `a process may open ${limit} files, and recipes may need more`,
  try: 'ulimit -n 4096',
});

export const fewProcesses = (limit: string): Problem => ({
  code: 'few-processes',
  says: `a user may have ${limit} processes, and recipes may need more`,
  try: 'ulimit -u 4096',
});

export const noBash = (): Problem => ({
  code: 'no-bash',
  says: 'no bash on the PATH, by which the commands of recipes are run',
  try: 'command -v bash; install it, or add its folder to PATH',
});

export const attemptsWithoutBuilder = (attempts: readonly { readonly target: string; readonly pid: number }[]): Problem => ({
  code: 'attempts-without-builder',
  says: `${attempts.map(({ target, pid }) => `${target} (pid ${pid})`).join(', ')} ${attempts.length === 1 ? 'goes' : 'go'} on without a builder`,
  try: 'adap build takes over what goes on',
});

export const noLog = (asked: string): Problem => ({
  code: 'no-log',
  says: `no attempt at ${asked} has left a log: it was never run, or is made without commands`,
  try: `adap why ${asked}`,
});

export const whatAndWhere = (command: 'get' | 'put'): Problem => ({
  code: 'what-and-where',
  says:
    command === 'get'
      ? 'adap get needs at least one target, and behind it the folder to bring it to'
      : 'adap put needs a folder of raw files',
  try: `adap ${command} --help`,
});

export const noBucket = (home: string): Problem => ({
  code: 'no-bucket',
  says: `the home ${home} is a folder: raw files are linked to from there, and need not be put`,
  try: 'name their folder in adapfile.ts, in raw; or see home there: s3://BUCKET/PREFIX',
});

export const notPublished = (target: string): Problem => ({
  code: 'not-published',
  says: `nothing is published of ${target}`,
  try: `adap why '${target}'`,
});

export const notWhole = (target: string): Problem => ({
  code: 'not-as-recorded',
  says: `${target} is not there as its record says, or was published anew again and again meanwhile`,
  try: `adap verify '${target}'`,
});

export const noRedis = (): Problem => ({
  code: 'no-redis',
  says: 'no Redis is named, and there is no redis-server on the PATH to start one',
  try: 'apt-get install redis-server; or name one: redis in adapfile.ts, or ADAP_REDIS=redis://HOST:6379',
});

export const redisUnreachable = (address: string, why: string): Problem => ({
  code: 'redis-unreachable',
  says: `the Redis at ${address} does not answer (${why})`,
  try: 'redis-cli -u redis://HOST:PORT ping; it is named by redis in adapfile.ts, or by ADAP_REDIS',
});

export const redisEvicts = (address: string, policy: string): Problem => ({
  code: 'redis-evicts',
  says: `the Redis at ${address} throws away what it holds when it is full (maxmemory-policy ${policy}): jobs would vanish`,
  try: 'redis-cli config set maxmemory-policy noeviction, and the same in redis.conf',
});

export const otherVersion = (own: string, other: string): Problem => ({
  code: 'worker-version',
  says: `what waits in the queue was ordered by adap ${other}, and this worker is ${own}`,
  try: 'git pull and npm ci on the one that is older; both must have the same package-lock.json',
});

export const noQueueVerb = (verb: string): Problem => ({
  code: 'queue-verb',
  says: `adap queue ${verb} is nothing, or lacks its words`,
  try: 'adap queue --help',
});

export const noClusterVerb = (verb: string): Problem => ({
  code: 'cluster-verb',
  says: `adap cluster ${verb} is nothing`,
  try: 'adap cluster --help',
});

export const noExecutor = (name: string): Problem => ({
  code: 'no-executor',
  says: `there is no executor ${name}`,
  try: 'adap build --executor local, --executor queue, or --executor kubernetes',
});
