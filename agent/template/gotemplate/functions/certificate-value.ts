import { GoObject, type GoValue } from '../value.ts';

/** What functions that make certificates give: a struct of two PEM texts. */
export class Certificate extends GoObject {
  override readonly type = 'sprig.certificate';
  override readonly goKind = 'struct';
  readonly cert: string;
  readonly key: string;

  constructor(cert: string, key: string) {
    super();
    this.cert = cert;
    this.key = key;
  }

  override fields(): readonly (readonly [name: string, value: GoValue])[] {
    return [
      ['Cert', this.cert],
      ['Key', this.key],
    ];
  }

  override equals(other: GoObject): boolean {
    return other instanceof Certificate && other.cert === this.cert && other.key === this.key;
  }
}
