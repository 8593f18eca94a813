/** Keys as AWS's clients take them; the same shape as the official clients' type of that name. */
export interface AwsCredentialIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Absent: they have no end. */
  readonly expiration?: Date;
}
