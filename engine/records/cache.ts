import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';

/**
 * A cache in SQLite of what can be read again elsewhere: texts by kind and name, each with its checksum. It may be
 * deleted or damaged at any time; a row that does not check is as good as none.
 */
export type Cache = {
  get(kind: string, name: string): string | undefined;
  all(kind: string): ReadonlyMap<string, string>;
  /** In one transaction; a text of undefined removes. */
  put(rows: Iterable<readonly [kind: string, name: string, text: string | undefined]>): void;
  close(): void;
};

const SCHEMA = 'CREATE TABLE IF NOT EXISTS cache (kind TEXT, name TEXT, sum INTEGER, text TEXT, PRIMARY KEY (kind, name)) WITHOUT ROWID';

/**
 * Opened at its first use. A cache that cannot be opened, read or written is thrown away and begun anew; one that still
 * cannot is none.
 */
export function openCache(place: () => string): Cache {
  let database: Open | undefined;
  let file: string | undefined;
  const attempt = <T>(use: (open: Open) => T, otherwise: T): T => {
    if (file === undefined) {
      file = place();
      database = tryOpen(file);
    }
    if (database === undefined) return otherwise;
    try {
      return use(database);
    } catch {
      database = closeAndRemove(database, file);
      return otherwise;
    }
  };
  return {
    get: (kind, name) =>
      attempt((open) => {
        const row = open.one.get(kind, name);
        return row === undefined ? undefined : checked(kind, name, row);
      }, undefined),
    all: (kind) =>
      attempt((open) => {
        const found = new Map<string, string>();
        for (const row of open.all.all(kind)) {
          const name = String(row['name']);
          const text = checked(kind, name, row);
          if (text !== undefined) found.set(name, text);
        }
        return found;
      }, new Map<string, string>()),
    put: (rows) =>
      attempt((open) => {
        open.database.exec('BEGIN');
        for (const [kind, name, text] of rows) {
          if (text === undefined) open.remove.run(kind, name);
          else open.insert.run(kind, name, sum(kind, name, text), text);
        }
        open.database.exec('COMMIT');
      }, undefined),
    close: () => database?.database.close(),
  };
}

function checked(kind: string, name: string, row: Record<string, unknown>): string | undefined {
  const text = row['text'];
  return typeof text === 'string' && row['sum'] === sum(kind, name, text) ? text : undefined;
}

/** Raised when rows of any kind get another shape: those of before then do not check. */
const FORMAT = 2;

const sum = (kind: string, name: string, text: string): number => crc32(text, crc32(`${FORMAT}\n${kind}\n${name}\n`));

type Open = {
  readonly database: DatabaseSync;
  readonly one: StatementSync;
  readonly all: StatementSync;
  readonly insert: StatementSync;
  readonly remove: StatementSync;
};

function tryOpen(file: string): Open | undefined {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return configured(file);
  } catch {
    rmSync(file, { force: true });
    try {
      return configured(file);
    } catch {
      return undefined;
    }
  }
}

function configured(file: string): Open {
  const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite');
  const database = new Database(file);
  // What is lost in a crash is read again: no waiting for the disk.
  database.exec(`PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 2000; ${SCHEMA}`);
  return {
    database,
    one: database.prepare('SELECT sum, text FROM cache WHERE kind = ? AND name = ?'),
    all: database.prepare('SELECT name, sum, text FROM cache WHERE kind = ?'),
    insert: database.prepare('INSERT OR REPLACE INTO cache VALUES (?, ?, ?, ?)'),
    remove: database.prepare('DELETE FROM cache WHERE kind = ? AND name = ?'),
  };
}

function closeAndRemove(open: Open, file: string): Open | undefined {
  try {
    open.database.close();
  } catch {
    // It is thrown away in any case.
  }
  rmSync(file, { force: true });
  return tryOpen(file);
}
