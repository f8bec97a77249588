/** The bank says no to a request. */
export class BankRefusal extends Error {
  readonly status: number;
  readonly error: string;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: number, error: string, more: Record<string, unknown> = {}) {
    super(error);
    this.status = status;
    this.error = error;
    this.more = more;
  }
}
