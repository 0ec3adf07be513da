/**
 * A Kubernetes cluster of its own, on this machine: API server, controllers, scheduler are the real ones, and the kubelet is a stand-in whose
 * containers are processes of this machine (`test/kube-one`).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { CHECKOUT } from './project.ts';
import { openRelay } from './relay.ts';
import { temporary } from './temporary.ts';

const PROGRAM = `${CHECKOUT}/.cache/kube-one/kube-one`;

/** Why there can be none here: for `skip` of a test. `.ci/run` builds it. */
export const noKube: string | false = existsSync(PROGRAM)
  ? false
  : 'no Kubernetes here: test/kube-one/build.sh .cache/kube-one/kube-one (Go, 7 minutes)';

export type Kube = AsyncDisposable & {
  /** For a process that is to use it. */
  readonly env: Readonly<Record<string, string>>;
  readonly kubeconfig: string;
  kubectl(...words: readonly string[]): string;
  create(object: unknown): void;
  /** Nothing of the API server is reached any more, or again; what runs on the cluster does not notice. */
  cut(is: boolean): void;
};

export type KubeOptions = {
  readonly nodes?: readonly { readonly name: string; readonly cpu: string; readonly memory: string }[];
  /** `none`: pods are plain processes, seen by whoever looks at processes. */
  readonly isolation?: 'none';
};

export async function startKube({ nodes, isolation }: KubeOptions = {}): Promise<Kube> {
  const folder = temporary();
  const config = `${folder.path}/config.yaml`;
  writeFileSync(
    config,
    JSON.stringify({
      nodes: nodes ?? [1, 2].map((each) => ({ name: `node-${each}`, cpu: '16', memory: '64Gi' })),
      images: [
        { match: 'redis:*', entrypoint: ['redis-server', '--bind', '$(POD_IP)'] },
        { match: 'adap:*', entrypoint: [`${CHECKOUT}/bin/adap`] },
        { match: 'missing:*', pull: 'fail' },
      ],
    }),
  );
  const short = ['--node-grace', '4s', '--eviction-seconds', '2', '--job-backoff', '1s', '--restart-backoff', '1s'];
  const data = `${folder.path}/kube`;
  const out = execFileSync(
    PROGRAM,
    ['start', '--data', data, '--config', config, ...short, ...(isolation === undefined ? [] : [`--isolation=${isolation}`])],
    {
      encoding: 'utf8',
    },
  );
  const [, real = ''] = /KUBECONFIG=(\S+)/.exec(out) ?? [];
  const port = Number(/API_SERVER=https:\/\/127\.0\.0\.1:(\d+)/.exec(out)?.[1]);
  const relay = await openRelay(port);
  const kubeconfig = `${folder.path}/kubeconfig`;
  writeFileSync(kubeconfig, readFileSync(real, 'utf8').replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${relay.port}`));
  const kubectl = (...words: readonly string[]): string =>
    execFileSync(PROGRAM, ['kubectl', '--kubeconfig', real, ...words], {
      encoding: 'utf8',
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    kubeconfig,
    env: { KUBECONFIG: kubeconfig },
    kubectl,
    create(object) {
      const { status, stderr } = spawnSync(PROGRAM, ['kubectl', '--kubeconfig', real, 'apply', '-f', '-'], {
        input: JSON.stringify(object),
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr);
    },
    cut: relay.cut,
    async [Symbol.asyncDispose]() {
      relay.close();
      spawnSync(PROGRAM, ['stop', '--data', data]);
      if (process.env['ADAP_TEST_KEEP'] === undefined) rmSync(folder.path, { recursive: true, force: true });
      else console.log(folder.path);
    },
  };
}
