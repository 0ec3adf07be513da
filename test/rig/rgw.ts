import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A real RADOS Gateway of its own, on this machine: what S3 at an observatory is. Objects lie in memory, and go with it. */
export type Rgw = {
  readonly endpoint: string;
  /** For a process that is to reach it. */
  readonly env: Readonly<Record<string, string>>;
  /** `radosgw-admin` of this cluster: quotas, users. */
  admin(...args: readonly string[]): string;
  /** Gives its name. */
  makeBucket(name: string): Promise<string>;
} & AsyncDisposable;

const PROGRAMS = ['ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin', 'monmaptool', 'ceph'];

/** Why there can be none here: for `skip` of a test. `.ci/run` installs it. */
export const noRgw: string | false =
  PROGRAMS.find((each) => spawnSync('sh', ['-c', `command -v ${each}`]).status !== 0) === undefined
    ? false
    : 'no RADOS Gateway here: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common';

export const ACCESS = 'test-access';
export const SECRET = 'test-planted-secret-5Qz';

const asUser = {
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: ACCESS, secretAccessKey: SECRET },
} as const;

export async function startRgw(): Promise<Rgw> {
  // Short: the path of a socket may have 107 bytes.
  const dir = mkdtempSync('/tmp/rgw-');
  for (const each of ['mon', 'osd', 'run', 'log']) mkdirSync(`${dir}/${each}`);
  const [v2, v1, port] = [await freePort(), await freePort(), await freePort()];
  const [fsid, osd] = [crypto.randomUUID(), crypto.randomUUID()];
  writeFileSync(`${dir}/ceph.conf`, confOf({ dir, fsid, v1, v2, port }));
  const conf = ['-c', `${dir}/ceph.conf`];
  const call = (program: string, ...args: readonly string[]): string => {
    const { status, stdout, stderr, error } = spawnSync(program, [...args], { encoding: 'utf8', timeout: 60_000 });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr.slice(-800)}`);
    return stdout;
  };
  const stop = async (): Promise<void> => {
    for (const name of ['client.rgw', 'osd.0', 'mon.a']) await end(`${dir}/run/${name}.pid`);
    rmSync(dir, { recursive: true, force: true });
  };
  const admin = (...args: readonly string[]): string => call('radosgw-admin', ...conf, '-n', 'client.rgw', ...args);
  try {
    call('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', `[v2:127.0.0.1:${v2}/0,v1:127.0.0.1:${v1}/0]`, `${dir}/monmap`);
    call('ceph-mon', ...conf, '-i', 'a', '--mkfs', '--monmap', `${dir}/monmap`);
    call('ceph-mon', ...conf, '-i', 'a');
    call('ceph', ...conf, 'osd', 'new', osd);
    call('ceph-osd', ...conf, '-i', '0', '--mkfs', '--osd-uuid', osd);
    call('ceph-osd', ...conf, '-i', '0');
    admin('user', 'create', '--uid=test', '--display-name=test', `--access-key=${ACCESS}`, `--secret-key=${SECRET}`);
    spawn('radosgw', [...conf, '-n', 'client.rgw'], { stdio: 'ignore' });
    await answering(`http://127.0.0.1:${port}`);
  } catch (error) {
    await stop();
    throw error;
  }
  const endpoint = `http://127.0.0.1:${port}`;
  const env = { AWS_ENDPOINT_URL_S3: endpoint, AWS_ACCESS_KEY_ID: ACCESS, AWS_SECRET_ACCESS_KEY: SECRET, AWS_REGION: 'us-east-1' };
  const makeBucket = async (name: string): Promise<string> => {
    const client = new S3Client({ ...asUser, endpoint });
    await client.send(new CreateBucketCommand({ Bucket: name }));
    client.destroy();
    return name;
  };
  return { endpoint, env, admin, makeBucket, [Symbol.asyncDispose]: stop };
}

async function answering(url: string): Promise<void> {
  for (let looks = 0; looks < 400; looks += 1) {
    const answer = await fetch(url).catch(() => undefined);
    // Of a RADOS Gateway, and of no other server.
    if (answer?.headers.get('x-amz-request-id')?.startsWith('tx0') === true) return;
    await wait(50);
  }
  throw new Error(`the RADOS Gateway at ${url} did not answer within 20 s`);
}

/** Nothing here is worth a clean end: it takes seconds. */
async function end(pidFile: string): Promise<void> {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    if (pid > 0) process.kill(pid, 'SIGKILL');
    for (let looks = 0; looks < 100; looks += 1) {
      process.kill(pid, 0);
      await wait(20);
    }
  } catch {
    // It is gone, or never came up.
  }
}

/** Of two that ask at once, each gets its own; below the ports that the kernel gives to those who connect. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const isFree = await new Promise<boolean>((done) => {
      const server = createServer()
        .on('error', () => done(false))
        .listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (isFree) return port;
  }
}

const confOf = ({ dir, fsid, v1, v2, port }: Readonly<Record<'dir' | 'fsid', string> & Record<'v1' | 'v2' | 'port', number>>): string => `
[global]
fsid = ${fsid}
mon_host = [v2:127.0.0.1:${v2}/0,v1:127.0.0.1:${v1}/0]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_ipv6 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
# The gateway's own default, secure, cannot do without authentication.
ms_mon_client_mode = crc
client_mount_timeout = 30
# A fresh start changes its maps some fifteen times, and waits a second for company each time.
paxos_propose_interval = 0.05
paxos_min_wait = 0.02
osd_pool_default_size = 1
osd_pool_default_min_size = 1
mon_allow_pool_size_one = true
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_max_pg_per_osd = 1000
run_dir = ${dir}/run
admin_socket = ${dir}/run/$name.asok
pid_file = ${dir}/run/$name.pid
log_file = ${dir}/log/$name.log
crash_dir = ${dir}/log
[mon]
mon_cluster_log_file = ${dir}/log/cluster.log
mon_data = ${dir}/mon
mon_data_avail_warn = 1
mon_data_avail_crit = 1
[osd]
osd_data = ${dir}/osd
osd_objectstore = memstore
memstore_device_bytes = ${2 * 2 ** 30}
osd_memory_target = 1073741824
[client.rgw]
rgw_data = ${dir}/run
rgw_frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw_enable_usage_log = false
rgw_gc_obj_min_wait = 5
rgw_gc_processor_period = 5
# A quota counts from the next request on.
rgw_bucket_quota_ttl = 0
rgw_user_quota_bucket_sync_interval = 1
`;
