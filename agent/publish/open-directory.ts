import * as fs from 'node:fs';
import { errnoOf, fileError } from './file-error.ts';
import { attempt, type OpenFile, type Ownership, openFile, ownershipOf, writeAll } from './open-file.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;
const asDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

/** Of a file that we may not read, or that is none: a FIFO, a socket, a symlink. */
const unreadable: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'ELOOP', 'ENXIO', 'ENOENT']);

/**
 * An open directory. Everything in it is reached through its handle and by a single name, so that whoever may rename or plant things on
 * the volume can't lead us elsewhere. Node has no openat: `/proc/self/fd/N/name` does the same.
 *
 * Calls are synchronous on purpose: a call on tmpfs takes microseconds, a hop to a thread takes longer; and publishing, sweeping and
 * adopting can't interleave in one directory.
 */
export class OpenDirectory {
  /** As an operator knows it, for messages. */
  readonly path: string;
  readonly #fd: number;

  private constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  /** Opens an absolute path whose last segment must not be a symlink. */
  static open(path: string): OpenDirectory {
    return new OpenDirectory(
      path,
      attempt('open', path, () => fs.openSync(path, asDirectory)),
    );
  }

  /** A directory in this one; undefined when nothing has that name. */
  openDirectory(name: string): OpenDirectory | undefined {
    const path = this.pathOf(name);
    try {
      return new OpenDirectory(path, fs.openSync(this.#at(name), asDirectory));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw fileError('open', path, error);
    }
  }

  /** Makes a directory that only we may enter, and opens it. */
  createDirectory(name: string): OpenDirectory {
    const path = this.pathOf(name);
    attempt('create', path, () => fs.mkdirSync(this.#at(name), 0o700));
    return attempt('open', path, () => new OpenDirectory(path, fs.openSync(this.#at(name), asDirectory)));
  }

  /** Makes a file that must not exist yet. `own` is called with it while it is still open, to give it its mode and owner. */
  createFile(name: string, bytes: Uint8Array, own: (file: OpenFile) => void): void {
    const path = this.pathOf(name);
    const fd = attempt('create', path, () => fs.openSync(this.#at(name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
    try {
      attempt('write', path, () => writeAll(fd, bytes));
      own(openFile(path, fd));
    } finally {
      fs.closeSync(fd);
    }
  }

  /** A regular file's bytes and ownership; undefined when it is something else, or not for us to read. */
  readFile(name: string): { readonly bytes: Uint8Array; readonly ownership: Ownership } | undefined {
    try {
      // Without O_NONBLOCK a planted FIFO would hold us for ever.
      const fd = fs.openSync(this.#at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        const stat = fs.fstatSync(fd);
        return stat.isFile() ? { bytes: fs.readFileSync(fd), ownership: ownershipOf(stat) } : undefined;
      } finally {
        fs.closeSync(fd);
      }
    } catch (error) {
      if (unreadable.has(errnoOf(error))) return undefined;
      throw fileError('read', this.pathOf(name), error);
    }
  }

  entries(): fs.Dirent[] {
    return attempt('list', this.path, () => fs.readdirSync(this.#self, { withFileTypes: true }));
  }

  /** Where a symlink points to; undefined when no symlink has that name. */
  linkTarget(name: string): string | undefined {
    try {
      return fs.readlinkSync(this.#at(name));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'EINVAL') return undefined;
      throw fileError('read', this.pathOf(name), error);
    }
  }

  /** Of the name itself: a symlink is not followed. */
  lstat(name: string): fs.Stats {
    return attempt('look at', this.pathOf(name), () => fs.lstatSync(this.#at(name)));
  }

  createLink(name: string, target: string): void {
    attempt('create', this.pathOf(name), () => fs.symlinkSync(target, this.#at(name)));
  }

  /** What had the name `to` is gone in the same step. */
  rename(from: string, to: string): void {
    attempt('replace', this.pathOf(to), () => fs.renameSync(this.#at(from), this.#at(to)));
  }

  unlink(name: string): void {
    attempt('remove', this.pathOf(name), () => fs.unlinkSync(this.#at(name)));
  }

  removeEmptyDirectory(name: string): void {
    attempt('remove', this.pathOf(name), () => fs.rmdirSync(this.#at(name)));
  }

  /** The directory itself, to see and set its mode and owner. */
  self(): OpenFile {
    return openFile(this.path, this.#fd);
  }

  /** `st_dev`: which file system it is on. */
  device(): number {
    return fs.fstatSync(this.#fd).dev;
  }

  /** What its file system says of itself. */
  fileSystem(): fs.StatsFs {
    return attempt('look at', this.path, () => fs.statfsSync(this.#self));
  }

  pathOf(name: string): string {
    return `${this.path}/${name}`;
  }

  close(): void {
    fs.closeSync(this.#fd);
  }

  get #self(): string {
    return `/proc/self/fd/${this.#fd}`;
  }

  #at(name: string): string {
    return `${this.#self}/${name}`;
  }
}
