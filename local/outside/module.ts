/** A request as it came over the wire. */
export interface OutsideRequest {
  method: string;
  /** With the segment under which the module is mounted. */
  path: string;
  /** As it was sent, without the question mark: a signature covers it letter by letter. */
  query: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}

export interface OutsideAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** One of those whom Leyun deals with: a program of its own, which knows nothing of Leyun. */
export interface OutsideModule {
  handle(request: OutsideRequest): Promise<OutsideAnswer>;
}
