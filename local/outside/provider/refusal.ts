/** A no of the platform, as its protocol says it. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const paramError = (message: string): Refused => new Refused(400, "PARAM_ERROR", message);
export const invalidRequest = (message: string): Refused => new Refused(400, "INVALID_REQUEST", message);
