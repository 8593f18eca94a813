/** Facts go in fields, the message is constant. Values that could be secret never go into either. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  readonly debug: (fields: LogFields, message: string) => void;
  readonly info: (fields: LogFields, message: string) => void;
  readonly warn: (fields: LogFields, message: string) => void;
  readonly error: (fields: LogFields, message: string) => void;
}
